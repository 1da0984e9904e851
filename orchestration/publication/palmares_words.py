"""The words of the public palmarès in French, English and Arabic.

Belongs here: sentences and formats of dates and marks in three languages; no layout.
"""

from datetime import date

_NBSP, _NNBSP = "\u00a0", "\u202f"
MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ar": (
        "يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو",
        "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر",
    ),
}  # fmt: skip
"""Months as they are said in Morocco."""

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "language": "Français",
        "page": "Palmarès",
        "fieldwork": "Tests du {start} au {end}",
        "candidates": "{n} candidats",
        "candidate": "{n} candidat",
        "joint": "Élus ex æquo",
        "out_of": f"{{mark}}{_NNBSP}/{_NNBSP}20",
        "none": "Catégories sans lauréat",
        "no_award_min_mark": f"Pas de titre{_NNBSP}: aucune note n’atteint le minimum de {{min}} sur 20.",
        "no_award_too_few_candidates": f"Pas de titre{_NNBSP}: trop peu de candidats pour un véritable choix.",
        "no_award_tie": f"Pas de titre{_NNBSP}: égalité que le règlement ne départage pas.",
        "demonstration": "DÉMONSTRATION",
        "demonstration_text": "Signé avec une clé d’essai, ce palmarès n’a aucune valeur.",
        "revoked": "SIGNATURE RETIRÉE",
        "revoked_text": (
            f"L’huissier de justice ({{by}}) a retiré sa signature le {{at}}. "
            f"Motif{_NNBSP}: «{_NBSP}{{reason}}{_NBSP}» "
            "Aucun titre n’est attribué tant qu’une nouvelle publication n’a pas été signée."
        ),
        "corrected": f"Publication n°{_NBSP}{{n}}, qui corrige la publication n°{_NBSP}{{old}}.",
        "signed": "Procès-verbal signé par {by} le {at}.",
        "digest": f"Empreinte des résultats{_NNBSP}:",
        "rule": "Chaque titre se cite avec les dates des tests et le nombre de candidats.",
    },
    "en": {
        "language": "English",
        "page": "Palmarès",
        "fieldwork": "Tests from {start} to {end}",
        "candidates": "{n} candidates",
        "candidate": "{n} candidate",
        "joint": "Elected jointly",
        "out_of": f"{{mark}}{_NNBSP}/{_NNBSP}20",
        "none": "Categories without a laureate",
        "no_award_min_mark": "No title: no mark reaches the minimum of {min} out of 20.",
        "no_award_too_few_candidates": "No title: too few candidates for a real choice.",
        "no_award_tie": "No title: a tie that the rulebook does not separate.",
        "demonstration": "DÉMONSTRATION",
        "demonstration_text": "Signed with a throw-away key, this palmarès means nothing.",
        "revoked": "SIGNATURE REVOKED",
        "revoked_text": (
            "The bailiff ({by}) revoked the signature on {at}. Reason: “{reason}” "
            "No title is awarded until another release is signed."
        ),
        "corrected": "Release {n}, which corrects release {old}.",
        "signed": "Dossier signed by {by} on {at}.",
        "digest": "Results digest:",
        "rule": "A title is always cited with the dates of the tests and the number of candidates.",
    },
    "ar": {
        "language": "العربية",
        "page": "النتائج",
        "fieldwork": "اختبارات من {start} إلى {end}",
        "candidates": "عدد المرشحين: {n}",
        "candidate": "عدد المرشحين: {n}",
        "joint": "منتخبون بالتساوي",
        "out_of": f"{{mark}}{_NNBSP}/{_NNBSP}20",
        "none": "فئات بلا فائز",
        "no_award_min_mark": "لا لقب: لم تبلغ أي نقطة الحد الأدنى وهو {min} من 20.",
        "no_award_too_few_candidates": "لا لقب: عدد المرشحين أقل من أن يتيح اختيارًا حقيقيًا.",
        "no_award_tie": "لا لقب: تعادل لا يفصل فيه النظام.",
        "demonstration": "DÉMONSTRATION · عرض تجريبي",
        "demonstration_text": "نتائج موقّعة بمفتاح تجريبي، لا قيمة لها.",
        "revoked": "سُحب التوقيع",
        "revoked_text": (
            "سحب المفوض القضائي ({by}) توقيعه بتاريخ {at}. السبب: «{reason}» لا يُمنح أي لقب إلى أن تُوقَّع نشرة أخرى."
        ),
        "corrected": "النشرة رقم {n}، وهي تصحّح النشرة رقم {old}.",
        "signed": "محضر وقّعه {by} بتاريخ {at}.",
        "digest": "بصمة النتائج:",
        "rule": "يُذكر كل لقب مع تواريخ الاختبارات وعدد المرشحين.",
    },
}


def day(text: str, lang: str) -> str:
    """An ISO day in words: "1er septembre 2030", "1 September 2030"."""
    moment = date.fromisoformat(text[:10])
    number = "1er" if lang == "fr" and moment.day == 1 else str(moment.day)
    return f"{number}{_NBSP}{MONTHS[lang][moment.month - 1]}{_NBSP}{moment.year}"


def mark(text: str, lang: str) -> str:
    """A mark with two places as the language writes it."""
    return text.replace(".", ",") if lang == "fr" else text


def candidates(number: int, lang: str) -> str:
    """The number of candidates in words."""
    return WORDS[lang]["candidate" if number < 2 else "candidates"].format(n=number)
