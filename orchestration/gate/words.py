"""The sentences of the gate, in French and English, each with its remedy.

Belongs here: words. What they are said about is decided in `gate.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.evidence import CheckResult, CheckSpec


@dataclass(frozen=True)
class Reason:
    """One thing that speaks against: a stable code, the check it is about (or None), sentences and remedies."""

    code: str
    check_id: str | None
    message_fr: str
    message_en: str
    remedy_fr: str
    remedy_en: str

    def text(self, lang: str = "en") -> str:
        """Sentence and remedy in French (`fr`) or English (anything else)."""
        if lang == "fr":
            return f"{self.message_fr}\n  Remède\u00a0: {self.remedy_fr}"
        return f"{self.message_en}\n  How to mend it: {self.remedy_en}"


_RUN_FR, _RUN_EN = "relancer l'édition («\u00a0palmares run\u00a0»)", "run the edition again (`palmares run`)"
_SIGN_FR = "faire signer le dossier actuel par un signataire du règlement, puis déposer le fichier signé"
_SIGN_EN = "have the current dossier signed by one of the rulebook's signers and hand in the signed file"
_DONE_FR = "corriger ce que l'huissier a relevé, ce qui produit un nouveau dossier à signer"
_DONE_EN = "mend what the bailiff found, which makes a new dossier to sign"

WORDS: dict[str, tuple[str, str, str, str]] = {
    # code: (French, English, remedy in French, remedy in English)
    "evidence_broken": (
        "Le journal des preuves n'est plus intact\u00a0: {detail}",
        "The evidence log is no longer intact: {detail}",
        "retrouver le journal d'origine dans une sauvegarde\u202f; en garder la version altérée pour enquête",
        "restore the original log from a backup; keep the altered one for the inquiry",
    ),
    "fingerprint_missing": (
        "Une empreinte actuelle manque\u00a0: {detail}",
        "A current fingerprint is missing: {detail}",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_registered_twice": (
        "Le contrôle {detail} est inscrit deux fois au registre",
        "The check {detail} stands twice in the registry",
        "corriger le registre des contrôles",
        "correct the registry of checks",
    ),
    "check_unknown": (
        "Un résultat porte sur un contrôle inconnu du registre\u00a0: {detail}",
        "A result speaks of a check that the registry does not know: {detail}",
        _RUN_FR,
        _RUN_EN,
    ),
    "gate_without_checks": (
        "Aucun contrôle n'est inscrit pour l'étape «\u00a0{detail}\u00a0»",
        "No check is registered for the gate {detail}",
        "rétablir le registre des contrôles",
        "restore the registry of checks",
    ),
    "gate_not_run": (
        "Aucun contrôle de l'étape «\u00a0{detail}\u00a0» n'a été exécuté",
        "No check of the gate {detail} has been run",
        _RUN_FR,
        _RUN_EN,
    ),
    "gate_stale": (
        "Les contrôles de l'étape «\u00a0{detail}\u00a0» sont dépassés (changé depuis\u00a0: {changed_fr})",
        "The checks of the gate {detail} speak of an earlier state (changed since: {changed_en})",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_missing": (
        "Contrôle non exécuté [{id}]\u00a0: {fr}",
        "Check not run [{id}]: {en}",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_stale": (
        "Contrôle dépassé [{id}], changé depuis\u00a0: {changed_fr}",
        "Check out of date [{id}], changed since: {changed_en}",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_error": (
        "Le contrôle [{id}] n'a pas pu être évalué\u00a0: {observed}",
        "The check [{id}] could not be evaluated: {observed}",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_contradictory": (
        "Le contrôle [{id}] a donné deux résultats contraires dans une même exécution",
        "The check [{id}] gave two contrary results in one run",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_must_apply": (
        "Le contrôle [{id}] s'est dit sans objet alors qu'il s'applique toujours",
        "The check [{id}] said it did not apply, but it always does",
        _RUN_FR,
        _RUN_EN,
    ),
    "check_failed": (
        "Contrôle en échec [{id}]\u00a0: {fr} Attendu\u00a0: {expected}\u202f; constaté\u00a0: {observed}{keys}",
        "Failed check [{id}]: {en} Expected: {expected}; observed: {observed}{keys}",
        "",
        "",
    ),
    "warning_open": (
        "Avertissement à accepter [{id}]\u00a0: {fr} Attendu\u00a0: {expected}\u202f; constaté\u00a0: {observed}{keys}",
        "Warning not accepted [{id}]: {en} Expected: {expected}; observed: {observed}{keys}",
        "l'examiner, puis l'accepter avec un motif et un nom («\u00a0palmares accept\u00a0»), ou le corriger\u00a0: ",
        "look at it, then accept it with a reason and a name (`palmares accept`), or mend it: ",
    ),
    "warning_accepted_late": (
        "L'avertissement [{id}] a été accepté après l'établissement du dossier signé",
        "The warning [{id}] was accepted after the signed dossier was made",
        "établir le dossier de nouveau, acceptation comprise, et le faire signer",
        "make the dossier anew with the acceptance in it, and have it signed",
    ),
    "check_changed_since_dossier": (
        "Le contrôle [{id}] ne dit plus ce que dit le dossier signé",
        "The check [{id}] no longer says what the signed dossier says",
        "établir le dossier de nouveau et le faire signer",
        "make the dossier anew and have it signed",
    ),
    "dossier_missing": (
        "Il n'y a pas de dossier pour les résultats actuels",
        "There is no dossier of the current results",
        _RUN_FR,
        _RUN_EN,
    ),
    "dossier_unrecorded": (
        "Le dossier présenté n'est pas inscrit au journal des preuves",
        "The dossier at hand does not stand in the evidence log",
        _RUN_FR,
        _RUN_EN,
    ),
    "dossier_stale": (
        "Le dossier porte sur un état dépassé (changé depuis\u00a0: {changed_fr})",
        "The dossier speaks of an earlier state (changed since: {changed_en})",
        "établir le dossier de nouveau («\u00a0palmares run\u00a0») et le faire signer",
        "make the dossier anew (`palmares run`) and have it signed",
    ),
    "entered_since_checks": (
        "Un scellé, un tirage ou son résultat a été inscrit après les contrôles ({detail})\u00a0: ils ne l'ont pas vu",
        "A seal, a draw or its result was entered after the checks were made ({detail}): they have not seen it",
        _RUN_FR,
        _RUN_EN,
    ),
    "entered_since_dossier": (
        "Une réserve, un scellé, un tirage ou son résultat a été inscrit après l'établissement du dossier "
        "({detail})\u00a0: il n'y figure pas",
        "A reservation, a seal, a draw or its result was entered after the dossier was made ({detail}): "
        "it does not stand in it",
        "établir le dossier de nouveau («\u00a0palmares run\u00a0») et le faire signer",
        "make the dossier anew (`palmares run`) and have it signed",
    ),
    "signoff_missing": (
        "Signatures valables du dossier actuel\u00a0: {detail}",
        "Valid signatures of the current dossier: {detail}",
        _SIGN_FR,
        _SIGN_EN,
    ),
    "refusal": (
        "L'huissier a refusé de signer ({detail})\u00a0: {quote}",
        "The bailiff refused to sign ({detail}): {quote}",
        _DONE_FR,
        _DONE_EN,
    ),
    "revocation": (
        "La signature a été révoquée ({detail})\u00a0: {quote}",
        "The sign-off was revoked ({detail}): {quote}",
        _DONE_FR,
        _DONE_EN,
    ),
}

_OWN_REMEDY = ("check_failed", "warning_open")
"""Codes whose remedy ends with the remedy of the check itself."""

_CHANGED = {
    "custody_head": ("les dépôts", "the deposits"),
    "rulebook_sha256": ("le règlement", "the rulebook"),
    "code_sha256": ("le programme", "the code"),
    "intake_sha256": ("les lignes lues", "the rows that were read"),
    "results_sha256": ("les résultats", "the results"),
}


def reason(
    code: str,
    spec: CheckSpec | None = None,
    result: CheckResult | None = None,
    *,
    detail: str = "",
    quote: str = "",
    changed: Sequence[str] = (),
) -> Reason:
    """Build the reason of a code, about a check or about the edition as a whole.

    `changed` names the fingerprints that differ; `detail` and `quote` are put into the sentence as they are.
    """
    fr, en, remedy_fr, remedy_en = WORDS[code]
    words = {
        "detail": detail,
        "quote": quote,
        "changed_fr": ", ".join(_CHANGED[name][0] for name in changed),
        "changed_en": ", ".join(_CHANGED[name][1] for name in changed),
    }
    if spec is not None:
        words |= {"id": spec.id, "fr": spec.fr, "en": spec.en, "expected": spec.expected, "observed": "–", "keys": ""}
        if code in _OWN_REMEDY:
            remedy_fr, remedy_en = remedy_fr + spec.remedy_fr, remedy_en + spec.remedy_en
    if result is not None:
        shown = ", ".join(result.failing_keys[:3]) + (", …" if result.failing_count > 3 else "")
        keys = f" ({shown})" if result.failing_keys else ""
        words |= {"expected": result.expected, "observed": result.observed, "keys": keys}
    return Reason(code, spec.id if spec else None, fr.format(**words), en.format(**words), remedy_fr, remedy_en)
