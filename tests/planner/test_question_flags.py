"""The items that end with a question, as the vocabulary lists them, are those whose words do."""

from planner.rulebook.plan_fields import asking_items
from planner.rulebook.rulebook import ItemWords
from tests.planner.second_opinions import shipped


def may_ask(words: ItemWords) -> bool:
    """Whether a variant that may be the last one said ends with a question mark."""
    for part in reversed(words.parts):
        if any(variant.say.endswith("?") for variant in part.variants):
            return True
        if not part.optional:
            return False
    return False


def test_the_list_is_that_of_the_words() -> None:
    rulebook = shipped()
    asking = [item for item, words in rulebook.wording.items() if may_ask(words)]
    assert sorted(asking_items(rulebook.vocabulary)) == sorted(asking)
