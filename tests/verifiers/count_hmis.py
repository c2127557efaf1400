"""count_hmis.py DIR YYYY-MM : counts the items of the monthly report (MoHFW HMIS, section M9) once more, from the lists
doses.csv, aefis.csv and sessions.csv in DIR, and prints them as JSON: number of the item, count.

It knows nothing of the program that wrote the lists. What it goes by:
- A dose is counted in the month in which it was given, when it was given here, whether it was valid or not: it was used.
  The same dose told twice is one. Which dose of its series it was stands in the list.
- Ages are those on the day of the dose, in completed months of the calendar.
- A child is fully immunized with BCG, three pentavalent (or DPT), three polio without the birth dose, and the first
  measles dose, each of them valid, the last one before the first birthday. It is counted in the month of that last dose,
  when one that finished it was given here.
- Sessions of a register that was brought in (nobody planned them, nobody held them) are not counted as held.
"""

import csv
import json
import sys
from datetime import date
from pathlib import Path

# number: products, doses of the schedule, from and below which age in months.
ANY = (0, 10_000)
FIRST_YEAR, LATER = (0, 12), (12, 10_000)
SECOND_YEAR, AFTER_IT = (0, 24), (24, 10_000)
MEASLES, POLIO, ROTA = {"MR", "MMR", "MMRV"}, {"fIPV", "IPV"}, {"RVV", "RV"}
DOSES = {
    "9.1.2": ({"BCG"}, {"BCG"}, ANY),
    "9.1.6": ({"OPV"}, {"OPV-0"}, ANY),
    "9.1.10": ({"HepB"}, {"HepB-0", "HepB-1"}, ANY),
    "9.1.16": ({"PCV"}, {"PCV-1"}, ANY),
    "9.1.17": ({"PCV"}, {"PCV-2"}, ANY),
    "9.2.1": (POLIO, {"fIPV-3", "IPV-3"}, FIRST_YEAR),
    "9.2.2": (MEASLES, {"MR-1"}, FIRST_YEAR),
    "9.2.3": ({"JE"}, {"JE-1"}, FIRST_YEAR),
    "9.2.4": ({"PCV"}, {"PCV-B"}, ANY),
    "9.3.1": (MEASLES, {"MR-1"}, LATER),
    "9.3.2": ({"JE"}, {"JE-1"}, LATER),
    "9.3.6": ({"DPT", "PENTA"}, {"DPT-B1"}, AFTER_IT),
    "9.3.7": ({"OPV"}, {"OPV-B", "OPV-B1"}, AFTER_IT),
    "9.3.8": ({"JE"}, {"JE-2"}, AFTER_IT),
    "9.4.1": (MEASLES, {"MR-2", "MMR-2"}, ANY),
    "9.4.2": ({"DPT", "PENTA"}, {"DPT-B1"}, SECOND_YEAR),
    "9.4.3": ({"OPV"}, {"OPV-B", "OPV-B1"}, SECOND_YEAR),
    "9.4.4": ({"JE"}, {"JE-2"}, SECOND_YEAR),
    "9.5.1": ({"TCV"}, {"TCV"}, ANY),
    "9.5.2": ({"DPT"}, {"DPT-B2"}, ANY),
    "9.5.3": ({"Td"}, {"Td-10", "Tdap"}, ANY),
    "9.5.4": ({"Td"}, {"Td-16"}, ANY),
    "9.8.1": ({"VitA"}, {"VitA-1"}, ANY),
    "9.8.2": ({"VitA"}, {"VitA-5"}, ANY),
    "9.8.3": ({"VitA"}, {"VitA-9"}, ANY),
}
for n in (1, 2, 3):
    DOSES[f"9.1.{2 + n}"] = ({"PENTA"}, {f"PENTA-{n}", f"DPT-{n}"}, ANY)
    DOSES[f"9.1.{6 + n}"] = ({"OPV"}, {f"OPV-{n}"}, ANY)
    DOSES[f"9.1.{12 + n}"] = (ROTA, {f"RVV-{n}", f"RV-{n}"}, ANY)
    DOSES[f"9.3.{2 + n}"] = ({"DPT"}, {f"DPT-{n}"}, LATER)
for n in (1, 2):
    DOSES[f"9.1.{10 + n}"] = (POLIO, {f"fIPV-{n}", f"IPV-{n}"}, ANY)

FULLY = [{"BCG"}, {"MR-1"}] + [{f"PENTA-{n}", f"DPT-{n}"} for n in (1, 2, 3)] + [{f"OPV-{n}"} for n in (1, 2, 3)]
FULLY_NUMBERS = {"M": "9.2.5.a", "F": "9.2.5.b"}
AEFI_NUMBERS = {"minor": "9.6.1", "severe": "9.6.2", "serious": "9.6.3"}


def rows(name):
    with open(Path(sys.argv[1]) / name, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def months(born, on):
    """Completed months of life."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def is_within(day):
    return day.isoformat().startswith(sys.argv[2] + "-")


def fully_immunized(doses):
    """Of one child: on which day, and whether by a dose given here; or nothing."""
    finishing = []
    for one_of in FULLY:
        given = [dose for dose in doses if dose["item"] in one_of and dose["status"] == "valid"]
        if not given:
            return None
        finishing.append(min(given, key=lambda dose: dose["on"]))
    last = max(dose["on"] for dose in finishing)
    by_us = any(dose["here"] == "yes" for dose in finishing if dose["on"] == last)
    return last if by_us and months(doses[0]["dob"], last) < 12 else None


counts = dict.fromkeys([*DOSES, *FULLY_NUMBERS.values(), *AEFI_NUMBERS.values(), "9.6.3.a", "9.7.1", "9.7.2"], 0)
children = {}
for dose in rows("doses.csv"):
    dose["dob"], dose["on"] = date.fromisoformat(dose["dob"]), date.fromisoformat(dose["on"])
    children.setdefault(dose["child"], []).append(dose)
    if not is_within(dose["on"]) or dose["here"] != "yes" or dose["status"] == "duplicate":
        continue
    # What the schedule did not ask for stands under the name of its series: it is no numbered dose, and no second BCG.
    if dose["status"] == "extra" and "-" not in dose["item"]:
        continue
    age = months(dose["dob"], dose["on"])
    for number, (products, items, (since, before)) in DOSES.items():
        if dose["product"] in products and dose["item"] in items and since <= age < before:
            counts[number] += 1
for doses in children.values():
    on = fully_immunized(doses)
    number = FULLY_NUMBERS.get(doses[0]["sex"])
    if on and number and is_within(on):
        counts[number] += 1
for event in rows("aefis.csv"):
    if event["here"] == "yes" and is_within(date.fromisoformat(event["noticed_on"])):
        counts[AEFI_NUMBERS[event["class"]]] += 1
        counts["9.6.3.a"] += event["outcome"] == "died"
for session in rows("sessions.csv"):
    if is_within(date.fromisoformat(session["on"])):
        counts["9.7.1"] += session["planned"] == "yes"
        was_brought_in = session["planned"] == "no" and not session["worker"]
        counts["9.7.2"] += session["stage"] == "held" and not was_brought_in
print(json.dumps(counts))
