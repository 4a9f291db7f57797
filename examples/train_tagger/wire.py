#!/usr/bin/env python3
"""Made-up wire reports with their names marked: results, tables, scorecards, datelines, market lines.

    wire.py assets/entities train.jsonl --articles 900 --seed 1 > wire.jsonl

Hardly any sport is in the marked articles, where a town may stand for its team and tables have no sentences. Names are
drawn from gazette's word lists, surnames from the people marked in train.jsonl, or made of syllables. The sentences are
ours; no agency's text is in them. Same seed, same reports. Output: {"text", "tokens", "spans"} as the other sets have.
"""
import argparse, json, pathlib, random, re

LABELS = {"PER": "Person", "ORG": "Organization", "LOC": "Location", "MISC": "Misc", "GRP": "NORP", "DATE": "Date",
          "MONEY": "Money", "FAC": "Facility"}
NICKNAMES = """Tigers Lions Eagles Hawks Bears Wolves Sharks Bulls Rockets Comets Giants Pirates Raiders Rangers Kings Royals
    Saints Knights Warriors Chiefs Braves Falcons Panthers Cougars Jets Flyers Storm Thunder Blazers Mariners Miners""".split()
SUFFIXES = "United City Rovers Wanderers Athletic Town County FC AFC Albion Sporting Dynamo Olympic Hotspur Villa Rangers CC RFC 04".split()
PREFIXES = "FC Real Sporting Dynamo Atletico Inter Racing Olympique CSKA Lokomotiv Hapoel Al".split()
FIRMS = "Corp Inc Ltd Plc Holdings Group AG SA Bank Motors Airlines Energy Steel Insurance Foods Telecom Pharma & Co".split()
SPORTS = "soccer cricket tennis rugby hockey basketball baseball golf cycling boxing athletics swimming skiing football handball".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec.".split()
EVENTS = ["{nation} Open", "{town} Open", "{town} Marathon", "{dem} Grand Prix", "World Cup", "World Championships", "{dem} Cup",
          "Davis Cup", "Olympics", "Champions League", "Premier League", "{dem} Championship", "Tour of {nation}", "Masters",
          "{town} Classic", "Asian Games", "{dem} League", "Super Bowl", "European Cup", "Ryder Cup"]

HEADLINES = ["{SPORT} - [ORG {club}] {beat} [ORG {club}].", "{SPORT} - [LOC {nation}] SQUAD FOR TEST AGAINST [LOC {nation}].",
    "{SPORT} - [GRP {dem}] LEAGUE RESULTS.", "{SPORT} - [PER {surname}] WINS [MISC {event}].", "{SPORT} - RESULTS OF [MISC {event}].",
    "{SPORT} - [PER {surname}] OUT OF [LOC {nation}] TEAM.", "{SPORT} - [ORG {club}] SIGN [PER {surname}] FROM [ORG {club}].",
    "{sport} - [PER {surname}] leads in [LOC {town}].", "[ORG {firm}] Q{d} profit rises.", "[GRP {dem}] shares end lower.",
    "[LOC {nation}] says talks with [LOC {nation}] go on.", "[ORG {club}] hold [ORG {club}] to draw", "[PER {surname}] double sinks [ORG {club}]",
    "[PER {surname}] fires [ORG {club}] to victory over [ORG {club}]", "[LOC {nation}] beat [LOC {nation}] in [MISC {event}]",
    "[ORG {firm}] to buy [ORG {firm}] for [MONEY ${n} million]"]
DATELINES = ["[LOC {TOWN}] [DATE {year}-0{d}-1{d}]", "[LOC {TOWN}], [DATE {month} {date}] ([ORG {agency}]) - ", "[LOC {TOWN}] ([ORG {agency}]) - ",
    "[LOC {TOWN}], [LOC {nation}], [DATE {month} {date}] ([ORG {agency}]) - ", "[LOC {TOWN}] — ", "[LOC {TOWN}]: "]
INTROS = ["Results of [GRP {dem}] first division {sport} matches on [DATE {day}]:", "Leading results from the [MISC {event}] in [LOC {town}] on [DATE {day}] (prefix denotes seeding):",
    "Standings in the [GRP {dem}] {sport} league after games played on [DATE {day}] (tabulate under played, won, drawn, lost, points):",
    "Scores after the first round of the [MISC {event}] at [LOC {town}] on [DATE {day}] (players from [LOC {nation}] unless stated):",
    "Leading times in the men's race at the [MISC {event}] ([LOC {town}], [LOC {nation}]):", "Close of play scores in county {sport} matches:",
    "Scoreboard on the second day of the first test between [LOC {nation}] and [LOC {nation}]:", "Results of friendly internationals on [DATE {day}]:",
    "Results of [ORG NBA] games on [DATE {day}] (home team in capitals):", "Squad: ", "Summary of the match in [LOC {town}]:", "Fixtures on [DATE {day}]:"]
ROWS = {
    "result": ["[ORG {club}] {d} [ORG {club}] {d}", "[ORG {club}] {d} [ORG {club}] {d} (halftime {d}-{d})", "[ORG {CLUB}] {dd} [ORG {club}] {dd}", "[ORG {club}] {d}-{d} [ORG {club}]"],
    "table": ["[ORG {club}] {dd} {d} {d} {d} {dd}", "{d}. [ORG {club}] {dd} {d} {d} {d} {dd} {dd} {dd}", "[ORG {club}] {dd} {dd} .{n} {d} 1/2"],
    "tennis": ["{d}-[PER {person}] ([LOC {nation}]) beat [PER {person}] ([LOC {nation}]) 6-{d} 6-{d}", "[PER {person}] ([LOC {nation}]) bt [PER {person}] ([LOC {nation}]) 6-{d} 7-6 (7-{d})",
        "[PER {person}], [LOC {nation}], def. [PER {person}], [LOC {nation}], 6-{d}, 6-{d}."],
    "race": ["{d}. [PER {person}] ([LOC {nation}]) {dd}.{dd} seconds", "{d}. [PER {person}], [LOC {nation}], {d}:{dd}.{dd}", "{dd}. [PER {person}] ([LOC {nation}]) [ORG {team}] same time", "{d}. [PER {person}] [LOC {nation}] [ORG {team}] +{d}.{n}"],
    "golf": ["{n} [PER {person}] 68 66", "{dd} [PER {person}] ([LOC {nation}]), [PER {person}]", "-{d} [PER {person}] 67, [PER {person}] 69 ([LOC {nation}])"],
    "card": ["[PER {initial}] c [PER {surname}] b [PER {surname}] {dd}", "[PER {initial}] not out {dd}", "[PER {initial}] lbw b [PER {surname}] {d}", "[PER {surname}] {dd}-{d}-{dd}-{d}"],
    "county": ["[LOC {town}]: [ORG {club}] {n} ([PER {initial}] {dd}, [PER {initial}] {d}-{dd}) and {dd}-{d}. [ORG {club}] {n}.", "At [LOC {town}]: [ORG {club}] {n} and {n} for {d}; [ORG {club}] {n} ([PER {surname}] {dd})."],
    "nation": ["[LOC {nation}] {d} [LOC {nation}] {d}", "[LOC {nation}] {d} [LOC {nation}] {d} (halftime {d}-{d})", "Scorers: [LOC {nation}] - [PER {person}] ({dd}th minute), [PER {surname}] ({dd}th)"],
    "squad": ["Goalkeepers - [PER {person}] ([ORG {club}]), [PER {person}] ([ORG {club}])", "Defenders: [PER {person}], [PER {person}] (both [ORG {club}]), [PER {person}] ([ORG {club}]/[LOC {nation}])", "Midfielders - [PER {person}], [PER {person}], [PER {person}] ([ORG {club}])"],
    "scorers": ["[ORG {club}]: [PER {person}] {dd}, [PER {person}] {dd} pen", "{d} - [PER {person}] ([ORG {club}])", "[ORG {club}] scorers: [PER {surname}] ({dd}, {dd}), [PER {surname}] ({dd})"],
    "fixtures": ["[ORG {club}] v [ORG {club}]", "[ORG {club}] vs [ORG {club}] (2000)", "[ORG {CLUB}] AT [ORG {CLUB}]", "[ORG {club}] at [ORG {club}]"],
}
PROSE = ["[ORG {club}] beat [ORG {club}] {d}-{d} on [DATE {day}] to go top of the table.", "[PER {person}] scored twice as [ORG {club}] won {d}-{d} at [ORG {club}].",
    "[ORG {club}] striker [PER {person}] will miss the match against [ORG {club}] with a knee injury.", "[ORG {club}], who lost at home to [ORG {club}] last week, are now third.",
    "[PER {surname}], who joined from [ORG {club}] for [MONEY {n} million euros], headed home in the {dd}th minute.", "In [LOC {town}], [ORG {club}] and [ORG {club}] drew {d}-{d}.",
    "[LOC {nation}] lost {d}-{d} to [LOC {nation}] in a [MISC {event}] qualifier in [LOC {town}] on [DATE {day}].", "[GRP {dem}] champion [PER {person}] beat [LOC {nation}]'s [PER {person}] 6-{d} 6-{d}.",
    "[PER {person}] of [LOC {nation}] won the [MISC {event}] on [DATE {day}], ahead of [GRP {dem}] [PER {person}].", "Coach [PER {person}] said [ORG {club}] had played well. \"[ORG {club}] were stronger,\" [PER {surname}] said.",
    "In [LOC {town}], [PER {person}] hit a homer and [PER {surname}] pitched seven innings as the [ORG {team}] beat the [ORG {team}] {d}-{d}.", "The [ORG {team}] traded [PER {person}] to [ORG {town}] for [PER {person}].",
    "[ORG {club}] were relegated after a {d}-{d} defeat by [ORG {club}], for whom [PER {surname}] scored late.", "[ORG {club}] manager [PER {person}] was sacked on [DATE {day}], the club said.",
    "[PER {initial}] took {d} for {dd} as [LOC {nation}] bowled out [LOC {nation}] for {n} on the first day of the test in [LOC {town}].", "[LOC {nation}] coach [PER {person}] left out [ORG {club}] defender [PER {person}].",
    "Visitors [ORG {club}] took the lead through [PER {person}], but [ORG {club}] levelled when [PER {surname}] pounced.", "[ORG {club}] face [ORG {club}] in the last eight, with [ORG {club}] away to [ORG {club}].",
    "Two goals from [PER {surname}] gave [ORG {club}] victory over neighbours [ORG {club}] in [LOC {town}].", "Champions [ORG {club}] stay two points clear of [ORG {club}] and five ahead of [ORG {club}].",
    "[ORG {firm}] shares fell {d} percent in [LOC {town}] after the company cut its forecast.", "The [GRP {dem}] central bank left rates at {d}.{dd} percent, it said on [DATE {day}].",
    "[ORG {firm}] said net profit was [MONEY ${n} million], against [MONEY ${dd} million] a year ago.", "Police in [LOC {town}] said on [DATE {day}] they had held [PER {person}], {dd}, over the fraud.",
    "[LOC {nation}]'s president met the [GRP {dem}] foreign minister in [LOC {town}] on [DATE {day}].", "\"We want peace,\" [PER {person}] told [ORG {agency}] in [LOC {town}].",
    "[ORG {firm}] (Shr up {dd} cents) of [LOC {town}], [LOC {nation}], agreed to buy [ORG {firm}].", "-- [LOC {town}] newsroom +{dd} {n} {n}", "([ORG {agency}])", "Reporting by [PER {person}] in [LOC {town}]; Editing by [PER {person}]",
    "Traders in [LOC {town}] said the market waited for [LOC {nation}] jobs data.", "[GRP {dem}] troops left the border with [LOC {nation}], [ORG {agency}] said."]


def listed(path):
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#"))
    return [[name.strip() for name in re.split(r"[,]", line)] for line in lines]


class Namer:
    def __init__(self, folder, train, dice):
        self.dice = dice
        rows = [line.split("|") for line in (folder / "countries.txt").read_text().splitlines() if "|" in line and not line.startswith("#")]
        self.nations = [r[0].split(",")[0].strip() for r in rows] + ["England", "Scotland", "Wales", "U.S.", "USA", "Britain", "West Indies", "UAE"]
        self.dems = [r[1].split(",")[0].strip() for r in rows if r[1].strip() != "-"]
        capitals = [r[2].split(",")[0].strip() for r in rows if r[2].strip() != "-"]
        self.towns = capitals + [n for row in listed(folder / "places.txt")[14:] for n in row if n]
        self.first = [n for line in (folder / "first-names.txt").read_text().splitlines() if not line.startswith("#") for n in line.split()]
        people = [d["text"][a:b].split() for d in map(json.loads, open(train)) for a, b, label in d["spans"] if label == "Person"]
        self.last = sorted({words[-1] for words in people if len(words) > 1 and words[-1].isalpha() and len(words[-1]) > 2})

    def made_up(self):
        d = self.dice
        one = lambda: d.choice("b br d f g gr h j k kr l m n p r s st t v w z sch".split()) + d.choice("a e i o u ai ou ee".split())
        return "".join(one() for _ in range(d.choice([1, 2, 2]))).title() + d.choice("n r ng l son ski ova ic ez ini man ton by field ford a o".split())

    def surname(self): return self.made_up() if self.dice.random() < 0.35 else self.dice.choice(self.last)
    def person(self): return self.dice.choice(self.first) + " " + self.surname()
    def initial(self): return self.dice.choice("ABCDEGHJKLMNPRSTVW") + self.dice.choice([".", ".", ""]) + " " + self.surname()
    def town(self): return self.made_up() if self.dice.random() < 0.2 else self.dice.choice(self.towns)
    def nation(self): return self.dice.choice(self.nations)
    def dem(self): return self.dice.choice(self.dems)
    def agency(self): return self.dice.choice("AP AFP UPI Xinhua PTI ANSA dpa Kyodo TASS EFE Interfax".split() + ["Anadolu Agency", "Associated Press"])
    def firm(self): return self.made_up() + " " + " ".join(self.dice.sample(FIRMS[:-2], self.dice.choice([1, 1, 2])))
    def team(self): return self.town() + " " + self.dice.choice(NICKNAMES)
    def event(self): return fill(self.dice.choice(EVENTS), self)

    def club(self):
        how = self.dice.random()
        if how < 0.6: return self.town()
        if how < 0.8: return self.town() + " " + self.dice.choice(SUFFIXES)
        return self.dice.choice(PREFIXES) + " " + self.town() if how < 0.9 else self.made_up()

    def slot(self, name):
        d = self.dice
        plain = {"d": lambda: str(d.randrange(0, 7)), "date": lambda: str(d.randrange(1, 29)), "dd": lambda: str(d.randrange(10, 90)), "n": lambda: str(d.randrange(100, 900)),
                 "year": lambda: str(d.randrange(1996, 2026)), "day": lambda: d.choice(DAYS), "month": lambda: d.choice(MONTHS),
                 "sport": lambda: d.choice(SPORTS), "beat": lambda: d.choice(["BEAT", "DRAW WITH", "CRUSH", "LOSE TO", "EDGE"])}
        if name.lower() in plain: found = plain[name.lower()]()
        else: found = getattr(self, name.lower())()
        return found.upper() if name.isupper() else found


def fill(template, namer):
    return re.sub(r"\{(\w+)\}", lambda m: namer.slot(m[1]), template)


def report(namer):
    d = namer.dice
    head = fill(d.choice(HEADLINES), namer)
    if d.random() < 0.5: head = re.sub(r"(?<=\[)(\w+)|\w+", lambda m: m[0] if m[1] else m[0].upper(), head)
    line = fill(d.choice(DATELINES), namer)
    blocks = []
    for _ in range(d.choice([1, 2, 2, 3])):
        if d.random() < 0.55:
            rows = d.choice(list(ROWS.values()))
            shown = [d.choice(rows)] * 9 if d.random() < 0.7 else [d.choice(rows) for _ in range(9)]
            block = ([fill(d.choice(INTROS), namer)] if d.random() < 0.7 else []) + [fill(r, namer) for r in shown[:d.randrange(2, 9)]]
            blocks.append(d.choice([" ", "\n"]).join(block))
        else:
            blocks.append(" ".join(fill(d.choice(PROSE), namer) for _ in range(d.randrange(1, 4))))
    if line.endswith((" ", ":")): blocks[0] = line + blocks[0]
    else: blocks.insert(0, line)
    return "\n\n".join([head] + blocks)


def unmarked(marked):
    text, spans, rest = "", [], marked
    for m in re.finditer(r"\[([A-Z]+) ([^\]]*)\]|[^\[]+", marked):
        if m[1]: spans.append([len(text), len(text) + len(m[2]), LABELS[m[1]]])
        text += m[2] if m[1] else m[0]
    tokens = [list(m.span()) for m in re.finditer(r"[^\W_]\.(?=\s)|\d+(?:[.,:-]\d+)*|(?:U\.S\.)|[^\W\d_]+\.(?=\s\d)|[^\W_]+|\S", text)]
    return {"text": text, "tokens": tokens, "spans": spans}


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("lists", type=pathlib.Path), asked.add_argument("train")
    asked.add_argument("--articles", type=int, default=900), asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    namer = Namer(options.lists, options.train, random.Random(options.seed))
    for _ in range(options.articles): print(json.dumps(unmarked(report(namer)), ensure_ascii=False))


if __name__ == "__main__":
    main()
