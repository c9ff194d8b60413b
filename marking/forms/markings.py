"""One criterion, or the overall comment, as a plain form asks for it where there is no script."""

from uuid import uuid4

from django import forms

from marking.pure.mutations import Sent
from rubrics.queries.versions import RubricSheet

OVERALL = "overall"


class MarkCriterion(forms.Form):
    """Nothing of it is required: what is not sent is not changed."""

    criterion = forms.CharField(max_length=20)
    base = forms.IntegerField(min_value=0)
    level = forms.CharField(max_length=20, required=False)
    slot_label = forms.CharField(max_length=200, required=False, strip=False)
    quote = forms.CharField(required=False)
    polarity = forms.CharField(max_length=10, required=False)
    untie = forms.UUIDField(required=False)
    no_passage = forms.BooleanField(required=False)
    remark = forms.CharField(required=False, strip=False)
    next_step = forms.CharField(required=False, strip=False)

    def mutations(self, rubric: RubricSheet, *, no_passage: bool) -> list[Sent]:
        """Give the mutations that the form stands for, the remark always among them where its fields were sent.

        `no_passage` is what the marking says now; a box that is not ticked says nothing unless a level was asked too.
        """
        sent, criterion = self.cleaned_data, self.cleaned_data["criterion"]
        key = None if criterion == OVERALL else criterion
        made = []
        if key and sent["level"]:
            made.append(_sent("set_level", {"criterion": key, **_choice(sent["level"], key, rubric)}))
            if sent["slot_label"]:
                made[-1] = _sent("set_level", {**made[-1].value, "slot_label": sent["slot_label"]})
        if key and sent["quote"]:
            polarity = sent["polarity"] or "supports"
            made.append(_sent("tie", {"criterion": key, "quote": sent["quote"], "polarity": polarity}))
        if key and sent["untie"]:
            made.append(_sent("untie", {"criterion": key, "evidence": str(sent["untie"])}))
        is_judged = sent["level"] not in ("", "not_attempted", "unmarked") and not sent["quote"]
        if key and is_judged and sent["no_passage"] != no_passage:
            made.append(_sent("no_passage", {"criterion": key, "on": sent["no_passage"]}))
        if "remark" in self.data or "next_step" in self.data:
            said = {"text": sent["remark"], "next_step": sent["next_step"]}
            made.append(_sent("remark", {"criterion": key, **said}))
        return made


def _sent(operation: str, value: dict[str, object]) -> Sent:
    return Sent(uuid4(), operation, value)


def _choice(level: str, key: str, rubric: RubricSheet) -> dict[str, object]:
    """Say a choice of the form as a mutation does; an unknown level goes on and is refused there."""
    if level in ("not_attempted", "unmarked"):
        return {"state": level, "level": None}
    found = rubric.by_key[key].level(level) if key in rubric.by_key else None
    return {"state": "zero" if found is not None and found.points == 0 else "scored", "level": level}
