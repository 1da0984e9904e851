"""Why a file handed back does not count as a sign-off, in words for the bailiff.

Belongs here: reason codes with their French and English sentences. The rules are in `judge.py`.
"""

NBSP = "\u00a0"
THIN = "\u202f"

REASONS: dict[str, tuple[str, str]] = {
    "unreadable_file": (
        "Ce fichier ne peut pas être lu.",
        "This file cannot be read.",
    ),
    "too_large": (
        "Ce fichier est beaucoup plus grand que le dossier signé ne peut l’être.",
        "This file is much larger than a signed dossier can be.",
    ),
    "not_pdf": (
        "Ce fichier n’est pas un document PDF.",
        "This file is not a PDF document.",
    ),
    "other_document": (
        "Ce document n’est pas le dossier des résultats actuels, ou il a été réenregistré. "
        f"Signez le dossier tel qu’il vous a été remis, sans «{NBSP}Enregistrer sous{NBSP}».",
        "This document is not the dossier of the current results, or it was saved anew. "
        "Sign the dossier as it was handed to you, without “Save as”.",
    ),
    "not_signed": (
        "C’est bien le dossier, mais il ne porte aucune signature.",
        "This is the dossier, but it bears no signature.",
    ),
    "damaged": (
        "Ce qui suit le dossier dans ce fichier est incompréhensible ou endommagé.",
        "What follows the dossier in this file is unintelligible or damaged.",
    ),
    "encrypted": (
        "Ce fichier est protégé par un mot de passe.",
        "This file is protected by a password.",
    ),
    "other_field": (
        "Une signature a été placée ailleurs que dans un cadre de signature du dossier.",
        "A signature was placed elsewhere than in a signature box of the dossier.",
    ),
    "certified": (
        f"Le document a été «{NBSP}certifié{NBSP}» au lieu d’être signé{THIN}: d’autres règles de modification "
        "s’y appliquent. Signez dans le cadre prévu.",
        "The document was “certified” instead of signed: other rules of modification apply to it. "
        "Sign in the prepared box.",
    ),
    "content_changed": (
        "Quelque chose a été ajouté, caché ou remplacé dans le dossier avant la signature.",
        "Something was added, hidden or replaced in the dossier before the signature.",
    ),
    "changed_after": (
        "Quelque chose a été ajouté au fichier après la signature.",
        "Something was added to the file after the signature.",
    ),
    "broken_signature": (
        "La signature ne correspond pas à ce qui est dans le fichier.",
        "The signature does not match what is in the file.",
    ),
    "weak_signature": (
        "La signature emploie un procédé qui n’est plus sûr.",
        "The signature uses a method that is no longer safe.",
    ),
    "other_signer": (
        "La signature n’est pas celle d’un certificat désigné par le règlement.",
        "The signature is not made with a certificate that the rulebook lists.",
    ),
    "not_for_signing": (
        "Le certificat n’est pas destiné à signer.",
        "The certificate is not meant for signing.",
    ),
    "no_signing_time": (
        "La signature ne dit pas quand elle a été faite.",
        "The signature does not say when it was made.",
    ),
    "not_yet_valid": (
        "Le certificat n’était pas encore valable à la date de la signature.",
        "The certificate was not yet valid when the signature was made.",
    ),
    "expired": (
        "Le certificat n’était plus valable à la date de la signature.",
        "The certificate had expired when the signature was made.",
    ),
    "bad_timestamp": (
        "L’horodatage joint à la signature ne lui correspond pas.",
        "The time stamp that comes with the signature does not belong to it.",
    ),
}
"""Reason code → sentence in French, in English."""
