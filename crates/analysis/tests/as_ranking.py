"""Ranks ASes by uptime, independently of Allium, for the test `places.rs` beside this file.

Reads two documents from standard input, details and uptime of Onionoo, each with its length in bytes on a
line before it. Writes one line for each AS with at least five eligible relays: AS, rank, mean uptime,
eligible relays, stars, mean change and the relays that it rests on.
"""

import calendar
import datetime
import json
import sys

DAY = 86400


def document():
    return json.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))


def seconds(text):
    return calendar.timegm(datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").timetuple())


def months_before(end, months):
    moment = datetime.datetime.fromtimestamp(end, datetime.timezone.utc)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return calendar.timegm(moment.replace(year=year, month=month + 1, day=day).timetuple())


def bins(history):
    first = seconds(history["first"])
    for place, value in enumerate(history["values"]):
        middle = first + place * history["interval"]
        yield middle, None if value is None else value * history["factor"]


def end_of(histories):
    return max(seconds(h["last"]) + h["interval"] // 2 for h in histories)


def first_seen_of(relay, histories):
    """The published time, unless the relay was there before."""
    published = seconds(relay["first_seen"])
    presences = []
    for history in histories.values():
        half = history["interval"] // 2
        present = (middle for middle, value in bins(history) if value)
        presences += [(middle + half, middle) for middle in [next(present, None)] if middle is not None]
    if presences and published > min(presences)[0]:
        return min(presences)[1]
    return published


def uptime_of(history, start, end, first_seen):
    """Mean over the known bins, when the relay is eligible."""
    known = [min(v, 1.0) for middle, v in bins(history) if v is not None and start <= middle <= end]
    if not known:
        return None
    since = max(start, first_seen)
    expected = max(1, -(-max(0, end - since) // history["interval"]))
    coverage = min(1.0, len(known) / expected)
    is_old_enough = 2 * (end - since) >= end - start
    return sum(known) / len(known) if coverage >= 0.5 and is_old_enough else None


def change_of(history, end):
    """Mean of the last 30 days less that of the 30 days before."""
    spans = ([], [])
    for middle, value in bins(history):
        age = (end - middle) // (30 * DAY)
        if value is not None and age in (0, 1):
            spans[age].append(min(value, 1.0))
    expected = 30 * DAY // history["interval"]
    if any(not span or 2 * len(span) < expected for span in spans):
        return None
    return sum(spans[0]) / len(spans[0]) - sum(spans[1]) / len(spans[1])


def main():
    details, uptime = document(), document()
    published = seconds(details["relays_published"])
    histories = {relay["fingerprint"]: relay.get("uptime", {}) for relay in uptime["relays"]}
    month_end = end_of(h["1_month"] for h in histories.values() if "1_month" in h)
    half_end = end_of(h["6_months"] for h in histories.values() if "6_months" in h)
    month_start = months_before(month_end, 1)
    groups = {}
    for relay in details["relays"]:
        is_listed = relay["running"] or seconds(relay["last_seen"]) >= published - 7 * DAY
        if not is_listed or "as" not in relay:
            continue
        own = histories.get(relay["fingerprint"], {})
        ratios, changes = groups.setdefault(relay["as"], ([], []))
        if "1_month" in own:
            ratios.append(uptime_of(own["1_month"], month_start, month_end, first_seen_of(relay, own)))
        if "6_months" in own:
            changes.append(change_of(own["6_months"], half_end))
    known = {asn: [[v for v in vs if v is not None] for vs in both] for asn, both in groups.items()}
    ranked = {asn: round(sum(r) / len(r), 9) for asn, (r, _) in known.items() if len(r) >= 5}
    for asn, mean in ranked.items():
        rank = 1 + sum(other > mean for other in ranked.values())
        stars = 5 - sum(mean < limit for limit in (0.97, 0.95, 0.93, 0.90))
        ratios, changes = known[asn]
        change = f"{sum(changes) / len(changes):.6f} {len(changes)}" if changes else ""
        print(f"{asn} {rank} {mean:.6f} {len(ratios)} {stars} {change}")


main()
