"""Passwords that can be read from a card and typed by anybody: four short words and a number."""

import secrets

WORDS = (
    "amber anchor apple arrow autumn badge basket beacon birch blanket bramble breeze bridge bronze button "
    "cabin candle canyon carpet castle cedar chalk cherry circle clover cobalt comet copper coral cotton "
    "crayon cricket crystal dahlia delta desert dragon drum eagle ember engine falcon feather fennel ferry "
    "flint forest fossil garden ginger glacier goblet granite guitar hammer harbour hazel heron hollow honey "
    "indigo island ivory jacket jasmine jigsaw juniper kettle kitten ladder lagoon lantern laurel lemon lilac "
    "linen lizard magnet maple marble meadow melon mirror mitten mosaic mountain nectar needle nickel nutmeg "
    "oasis olive onyx orange orchid otter oyster paddle panda paper parrot pearl pebble pepper pigeon pillow "
    "planet plum pocket poplar puzzle quartz rabbit radish raven ribbon river rocket saddle saffron salmon "
    "sandal satin shadow silver sparrow spiral spring stable summit sunset tablet teapot temple thistle "
    "thunder ticket timber topaz tulip tunnel turtle valley velvet violet walnut wander whisper willow window "
    "winter yellow zebra zephyr "
).split()


def new_password() -> str:
    """Choose a password by lot: about 36 bits, said once and stored only as a hash."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(4)), str(secrets.randbelow(90) + 10)])
