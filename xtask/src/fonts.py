"""Cuts a font down to what drawings need, renames it and writes it as TrueType.

Usage: fonts.py SOURCE TARGET STYLE-NAME WEIGHT
"""

import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Allium Sans"

RANGES = [
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin of western and central Europe
    (0x218, 0x21B),  # Romanian
    (0x386, 0x3CE),  # Greek
    (0x401, 0x45F),  # Cyrillic
    (0x490, 0x491),
    (0x2010, 0x2015),  # dashes
    (0x2018, 0x201E),  # quotation marks
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2199),  # arrows
    (0x2212, 0x2212),  # minus
    (0x2248, 0x2248),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
    (0x25B2, 0x25B2),
    (0x25BC, 0x25BC),
    (0x25CF, 0x25CF),
    (0x2605, 0x2606),  # stars
    (0xFFFD, 0xFFFD),
]


def subset(font):
    options = Options()
    # Kerning would take a third of the bytes, for labels of a few words.
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["STAT", "DSIG", "gasp", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)


def tabular(font):
    """Makes the figures of one width the ordinary ones, so that columns of numbers stand."""
    lookups = font["GSUB"].table.LookupList.Lookup
    features = font["GSUB"].table.FeatureList.FeatureRecord
    indexes = {i for feature in features if feature.FeatureTag == "tnum" for i in feature.Feature.LookupListIndex}
    swap = {}
    for index in indexes:
        for table in lookups[index].SubTable:
            swap.update(getattr(table, "mapping", None) or table.ExtSubTable.mapping)
    for table in font["cmap"].tables:
        table.cmap = {code: swap.get(glyph, glyph) for code, glyph in table.cmap.items()}


def rename(font, style, weight):
    names = font["name"]
    full = f"{FAMILY} {style}"
    for record in list(names.names):
        if record.nameID in (16, 17, 21, 22, 25):
            names.removeNames(nameID=record.nameID)
    regular = weight == 400
    for name_id, text in [
        (1, FAMILY if regular else full),
        (2, "Regular"),
        (3, full),
        (4, full),
        (6, full.replace(" ", "") if regular else full.replace(" ", "", 1).replace(" ", "-")),
        (16, FAMILY),
        (17, style),
    ]:
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def main(source, target, style, weight):
    font = TTFont(source)
    tabular(font)
    subset(font)
    rename(font, style, int(weight))
    font.flavor = None
    # The same input gives the same bytes.
    font.recalcTimestamp = False
    font.save(target)


main(*sys.argv[1:])
