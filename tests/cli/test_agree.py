"""What is asked before changes are made: in both languages, and told in the one of the run."""

import io

import pytest

pytestmark = pytest.mark.usefixtures("project")

QUESTION = {"en": "make these changes in sandbox? [y/N]:", "ru": "[д/Н]:"}
WRONG = {"en": "answer `y` or `n`", "ru": "ответьте `д` или `н`"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def answer(crmspec, monkeypatch):
    def applied(lang, *lines):
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))
        return crmspec("apply", "--lang", lang)

    return applied


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("yes", ["y", "Yes", "да", "Д", " да "])
def test_yes(answer, crmspec, lang, yes):
    code, _, err = answer(lang, yes)
    assert (code, QUESTION[lang] in err) == (0, True), err
    assert crmspec("plan", "--exit-code")[0] == 0


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("no", ["", "n", "no", "нет", "Н"])
def test_no(answer, crmspec, lang, no):
    assert answer(lang, no)[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 3


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_another_answer_is_asked_for_again(answer, lang):
    code, _, err = answer(lang, "дда", "да")
    assert (code, err.count(QUESTION[lang]), err.count(WRONG[lang])) == (0, 2, 1), err
    assert "Error" not in err


def test_no_answer_at_all_changes_nothing(answer, crmspec):
    assert answer("ru")[0] != 0
    assert crmspec("plan", "--exit-code")[0] == 3
