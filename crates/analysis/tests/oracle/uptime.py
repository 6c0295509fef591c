#!/usr/bin/env python3
"""An independent computation of what docs/methods/ define on uptime histories.

Usage: uptime.py DETAILS UPTIME AROI DOMAIN... (plain JSON documents of Onionoo and of the AROI validator)

Prints one JSON object: uptimes of every relay over the four periods, ladders of the eligible ones, means of the
operators with the given verified domains and of the network, and of every twentieth relay the trend of
weekly means, the spread of days, months, dips and absences. It needs nothing beyond Python 3 and shares
no code with Allium: the definitions are read from docs/methods/.
"""

import calendar
import json
import math
import sys
from datetime import datetime, timezone

PERIODS = [("1_month", 1), ("6_months", 6), ("1_year", 12), ("5_years", 60)]
DAY = 86400
WEEK = 7 * DAY
STEPS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
SAMPLE = 20


def seconds(text):
    return int(datetime.fromisoformat(text[:19]).replace(tzinfo=timezone.utc).timestamp())


def months_before(time, months):
    date = datetime.fromtimestamp(time, timezone.utc)
    month = date.year * 12 + date.month - 1 - months
    year, month = divmod(month, 12)
    day = min(date.day, calendar.monthrange(year, month + 1)[1])
    return calendar.timegm(date.replace(year=year, month=month + 1, day=day).timetuple())


class History:
    def __init__(self, document):
        self.first = seconds(document["first"])
        self.interval = document["interval"]
        self.values = [None if value is None else value * document["factor"] for value in document["values"]]
        self.end = seconds(document["last"]) + self.interval // 2

    def middle(self, bin):
        return self.first + bin * self.interval

    def known(self):
        return [(self.middle(bin), value) for bin, value in enumerate(self.values) if value is not None]


def histories(entry):
    return {key: History(entry["uptime"][key]) for key, _ in PERIODS if key in entry.get("uptime", {})}


def first_presence(all_histories):
    """Middle and end of the first bin above zero, of the history in which it ends first."""
    found = []
    for history in all_histories.values():
        for middle, value in history.known():
            if value > 0:
                found.append((middle + history.interval // 2, middle))
                break
    return min(found) if found else None


def first_seen(relay, all_histories):
    published = seconds(relay["first_seen"])
    presence = first_presence(all_histories)
    return presence[1] if presence and published > presence[0] else published


def shorter(all_histories, place):
    for key, _ in reversed(PERIODS[: place + 1]):
        if key in all_histories:
            return all_histories[key]
    return None


def uptime(all_histories, place, window, seen):
    history = shorter(all_histories, place)
    if history is None or window is None:
        return None
    start, end = window
    values = [min(value, 1.0) for middle, value in history.known() if start <= middle <= end]
    if not values:
        return None
    known_for = max(0, end - max(start, seen))
    expected = max(1, -(-known_for // history.interval))
    coverage = min(1.0, len(values) / expected)
    eligible = coverage >= 0.5 and 2 * (end - max(start, seen)) >= end - start
    return {
        "ratio": math.fsum(values) / len(values),
        "known": len(values),
        "expected": expected,
        "eligible": eligible,
        "since": seen if seen > start else None,
    }


def quantile(rising, probability):
    place = probability * (len(rising) - 1)
    below = math.floor(place)
    above = min(below + 1, len(rising) - 1)
    return rising[below] + (rising[above] - rising[below]) * (place - below)


def weekly_means(history):
    end = history.middle(len(history.values) - 1) + history.interval / 2
    begin = history.first - history.interval / 2
    weeks = int((end - begin) // WEEK)
    if history.interval > WEEK:
        return []
    sums = {}
    for middle, value in history.known():
        # The middle of a bin of odd length is the whole second before.
        week = math.floor((middle - (end - weeks * WEEK)) / WEEK)
        if week >= 0:
            sums.setdefault(week, []).append(value)
    return [(week, sum(sums[week]) / len(sums[week])) for week in sorted(sums) if 2 * len(sums[week]) * history.interval >= WEEK]


def ranks(values):
    # Values that differ by rounding only are level.
    tolerance = 1e-12 * max(abs(value) for value in values)
    order = sorted(range(len(values)), key=lambda place: values[place])
    out = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and values[order[stop]] - values[order[stop - 1]] <= tolerance:
            stop += 1
        for place in order[start:stop]:
            out[place] = (start + stop + 1) / 2
        start = stop
    return out


def trend(points):
    n = len(points)
    if n < 3:
        return None
    slopes, signs = [], 0
    for later in range(n):
        for earlier in range(later):
            rise = points[later][1] - points[earlier][1]
            signs += (rise > 0) - (rise < 0)
            slopes.append(rise / (points[later][0] - points[earlier][0]))
    slopes.sort()
    middle = quantile(slopes, 0.5)
    tied = {}
    for _, value in points:
        tied[value] = tied.get(value, 0) + 1
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in tied.values())) / 18
    by_week = [0.0] * (points[-1][0] - points[0][0] + 1)
    for (week, _), rank in zip(points, ranks([value - middle * week for week, value in points])):
        by_week[week - points[0][0]] = rank - (n + 1) / 2
    power = math.fsum(rank * rank for rank in by_week)
    added = 0.0
    for lag in range(1, n - 2):
        if power > 0:
            r = math.fsum(by_week[i] * by_week[i + lag] for i in range(len(by_week) - lag)) / power
            if abs(r) > 1.959963984540054 / math.sqrt(n):
                added += (n - lag) * (n - lag - 1) * (n - lag - 2) * r
    correction = max(1.0, 1 + 2 * added / (n * (n - 1) * (n - 2)))
    variance *= correction
    z = 0.0 if signs == 0 or variance <= 0 else (signs - (1 if signs > 0 else -1)) / math.sqrt(variance)
    reach = 1.959963984540054 * math.sqrt(variance)
    half_up = lambda value: math.floor(value + 0.5)
    upper = min(half_up((len(slopes) + reach) / 2), len(slopes) - 1)
    lower = max(half_up((len(slopes) - reach) / 2), 1) - 1
    return {
        "slope": middle,
        "low": slopes[lower],
        "high": slopes[upper],
        "weeks": n,
        "p": math.erfc(abs(z) / math.sqrt(2)),
        "correction": correction,
    }


def day_spread(history):
    if history.interval > DAY:
        return None
    days = {}
    for middle, value in history.known():
        days.setdefault(middle // DAY, []).append(value)
    means = [sum(values) / len(values) for values in days.values() if 2 * len(values) * history.interval >= DAY]
    if len(means) < 14:
        return None
    mean = math.fsum(means) / len(means)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in means) / (len(means) - 1))


def months(history):
    found = {}
    for middle, value in history.known():
        date = datetime.fromtimestamp(middle, timezone.utc)
        found.setdefault((date.year, date.month), []).append(value)
    rows = []
    for (year, month), values in sorted(found.items()):
        days = calendar.monthrange(year, month)[1]
        rows.append([year, month, min(1.0, sum(values) / len(values)), min(1.0, len(values) * history.interval / (days * DAY))])
    return rows


def runs(history, is_part):
    """First and last bin of every run of known bins that are part of it; unknown ones between do not end it."""
    found, start, last = [], None, None
    for bin, value in enumerate(history.values):
        if value is None:
            continue
        if is_part(value):
            start, last = (bin if start is None else start), bin
        elif start is not None:
            found.append((start, last))
            start = None
    if start is not None:
        found.append((start, last))
    return found


def missing(history, bin):
    value = history.values[bin] if 0 <= bin < len(history.values) else None
    return 0.0 if value is None else max(0.0, 1 - value) * history.interval


def dips(history):
    values = [value for value in history.values if value is not None]
    mean = sum(values) / len(values)
    found = runs(history, lambda value: mean - value >= 0.1)
    return [[start, stop, math.fsum(missing(history, bin) for bin in range(start, stop + 1))] for start, stop in found]


def absences(history):
    found = runs(history, lambda value: value <= 0)
    return [math.fsum(missing(history, bin) for bin in range(start - 1, stop + 2)) for start, stop in found]


def statistics(all_histories):
    out = {}
    for key, history in all_histories.items():
        out[key] = {
            "trend": trend(weekly_means(history)),
            "day_spread": day_spread(history),
            "months": months(history),
            "dips": dips(history),
            "absences": absences(history),
        }
    return out


def group(relays, members, place):
    rows = [(relays[member]["uptime"][place], relays[member]["weight"]) for member in members]
    rows = [(row, weight) for row, weight in rows if row and row["eligible"]]
    weights = sum(weight for _, weight in rows)
    return {
        "mean": math.fsum(row["ratio"] for row, _ in rows) / len(rows) if rows else None,
        "weighted": math.fsum(row["ratio"] * weight for row, weight in rows) / weights if weights else None,
        "eligible": len(rows),
        "total": len(members),
    }


def main(details, uptimes, aroi, domains):
    entries = {}
    for entry in uptimes["relays"]:
        entries.setdefault(entry["fingerprint"], histories(entry))
    ends = [history.end for all_histories in entries.values() for history in all_histories.values()]
    windows = [(months_before(max(ends), length), max(ends)) if ends else None for _, length in PERIODS]
    published = seconds(details["relays_published"])
    relays = {}
    for relay in details["relays"]:
        if relay["fingerprint"] in relays or published - seconds(relay["last_seen"]) > 7 * DAY:
            continue
        own = entries.get(relay["fingerprint"], {})
        seen = first_seen(relay, own)
        relays[relay["fingerprint"]] = {
            "uptime": [uptime(own, place, windows[place], seen) for place in range(4)],
            "weight": relay.get("consensus_weight", 0),
        }
    proofs = {result["fingerprint"]: result["domain"].lower() for result in aroi["results"] if result.get("valid")}
    ladders = []
    for place in range(4):
        rows = [relay["uptime"][place] for relay in relays.values()]
        rising = sorted(row["ratio"] for row in rows if row and row["eligible"])
        ladders.append({"n": len(rising), "steps": [quantile(rising, step) for step in STEPS] if rising else []})
    members = {domain: [f for f in relays if proofs.get(f) == domain] for domain in domains}
    sampled = sorted(relays)[::SAMPLE]
    return {
        "relays": {fingerprint: relay["uptime"] for fingerprint, relay in relays.items()},
        "ladders": ladders,
        "network": [group(relays, list(relays), place) for place in range(4)],
        "operators": {domain: [group(relays, members[domain], place) for place in range(4)] for domain in domains},
        "statistics": {fingerprint: statistics(entries[fingerprint]) for fingerprint in sampled if fingerprint in entries},
    }


if __name__ == "__main__":
    documents = []
    for path in sys.argv[1:4]:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    json.dump(main(*documents, sys.argv[4:]), sys.stdout)
