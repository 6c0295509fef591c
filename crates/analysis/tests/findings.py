"""Statistics of uptimes in plain Python, independent of the Rust code.

Reads from standard input: a line for each relay of the snapshot with fingerprint and first-seen time
(seconds), an empty line, and an uptime document. Writes name, period and value, a line each.
"""

import calendar
import json
import math
import sys
import time

PERIODS = [("1_month", 1), ("6_months", 6), ("1_year", 12), ("5_years", 60)]


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


def minus_months(at, months):
    date = time.gmtime(at)
    month = date.tm_year * 12 + date.tm_mon - 1 - months
    year, month = divmod(month, 12)
    day = min(date.tm_mday, calendar.monthrange(year, month + 1)[1])
    return calendar.timegm((year, month + 1, day, date.tm_hour, date.tm_min, date.tm_sec))


def quantile(values, part):
    place = part * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    found, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2
        start = end
    return found


def pearson(left, right):
    a, b = sum(left) / len(left), sum(right) / len(right)
    both = sum((x - a) * (y - b) for x, y in zip(left, right))
    return both / math.sqrt(sum((x - a) ** 2 for x in left) * sum((y - b) ** 2 for y in right))


def eligible(entry, period, months, end, first_seen):
    keys = [key for key, other in PERIODS if other <= months and key in entry]
    if not keys:
        return None
    history = entry[keys[-1]]
    first, interval = seconds(history["first"]), history["interval"]
    start = minus_months(end, months)
    known = []
    for place, value in enumerate(history["values"]):
        if value is not None and start <= first + place * interval <= end:
            known.append(min(value * history["factor"], 1.0))
    if not known:
        return None
    known_for = end - max(start, first_seen)
    expected = max(1, -(-max(known_for, 0) // interval))
    if 2 * known_for < end - start or min(len(known) / expected, 1.0) < 0.5:
        return None
    return sum(known) / len(known)


def main():
    text = sys.stdin.read()
    head, document = text.split("\n\n", 1)
    first_seen = {}
    for line in head.splitlines():
        fingerprint, at = line.split()
        first_seen[fingerprint] = int(at)
    document = json.loads(document)
    entries = {relay["fingerprint"]: relay.get("uptime", {}) for relay in reversed(document["relays"])}
    values = {}
    # The four periods end together, with the newest bin of any relay.
    end = max(
        seconds(history["last"]) + history["interval"] // 2
        for entry in entries.values()
        for history in entry.values()
    )
    for period, months in PERIODS:
        found = {}
        for fingerprint, at in first_seen.items():
            if fingerprint in entries:
                ratio = eligible(entries[fingerprint], period, months, end, at)
                if ratio is not None:
                    found[fingerprint] = ratio
        values[period] = found
    for period, found in values.items():
        rising = sorted(found.values())
        n = len(rising)
        mean = sum(rising) / n
        m2 = sum((value - mean) ** 2 for value in rising) / n
        m3 = sum((value - mean) ** 3 for value in rising) / n
        median = quantile(rising, 0.5)
        print("count", period, n)
        print("mean", period, repr(mean))
        print("sd", period, repr(math.sqrt(m2 * n / (n - 1))))
        print("skewness", period, repr(m3 / m2**1.5))
        print("median", period, repr(median))
        print("mad", period, repr(quantile(sorted(abs(value - median) for value in rising), 0.5)))
        print("lower_quartile", period, repr(quantile(rising, 0.25)))
        print("above_95", period, repr(sum(value > 0.95 for value in rising) / n))
        print("above_98", period, repr(sum(value > 0.98 for value in rising) / n))
    periods = list(values)
    for place, shorter in enumerate(periods):
        for longer in periods[place + 1 :]:
            both = [key for key in values[shorter] if key in values[longer]]
            if len(both) > 2:
                left = ranks([values[shorter][key] for key in both])
                right = ranks([values[longer][key] for key in both])
                print("rho", f"{shorter}/{longer}", repr(pearson(left, right)))


main()
