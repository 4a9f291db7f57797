#!/usr/bin/env python3
"""The tagger's teacher: MPNet, fine-tuned on annotated articles, writes soft labels for the tagger to learn from.

    teacher.py MODEL --train train.jsonl [--aside FILE ...] [--test FILE ...] [--label FILE ...] --out FOLDER

MODEL is a folder with model.safetensors, config.json and vocab.txt of all-mpnet-base-v2. Files are JSON lines of
{"text", "tokens": [[start, end], ...], "spans": [[start, end, label], ...]}, offsets in code points. `--train` articles
are learnt in folds, and each is labelled by the network that has not seen it; then --seeds networks learn all of them
and label the other files together. Of the `--aside` files, too, but they count less; where they have four classes or fewer,
a marked word may have any label that folds to its class. FOLDER gets NAME.tsv for each file: WORD TAB gold TAB LABEL:probability ... a line.

Needs torch, transformers, safetensors and numpy, and a GPU to be done in minutes. The same seed gives the same labels
on the same machine, but for the order in which a GPU adds up.
"""
import argparse, collections, json, pathlib, random, re, time, unicodedata
import numpy as np, torch
from safetensors.torch import load_file
from transformers import MPNetConfig, MPNetModel

CLASSES = ["Person", "Location", "Organization", "NORP", "Date", "Misc", "Money", "Facility", "Product"]
LABELS = ["O"] + [part + "-" + name for name in CLASSES for part in "BIES"]
FOLDED = {"PER": ["Person"], "LOC": ["Location", "Facility"], "ORG": ["Organization"], "MISC": ["NORP", "Misc", "Product"]}
UNMARKED = ["Date", "Money"]
WINDOW = 254  # pieces, without the two around them
SHAPES = 15  # seven spellings, twice for words that open a line, and none


class Pieces:
    """Words as numbers of the vocabulary: lower case, no accents, the longest known piece first."""

    def __init__(self, path):
        self.number = {line.rstrip("\n"): n for n, line in enumerate(open(path, encoding="utf-8"))}
        self.known = {}

    def of(self, word):
        if word not in self.known:
            bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c)[0] not in "MC")
            found = [n for part in re.findall(r"[^\W_]+|\S", bare) for n in self.cut(part)]
            self.known[word] = (found or [self.number["[UNK]"]])[:10]
        return self.known[word]

    def cut(self, part):
        found, at = [], 0
        while at < len(part):
            ends = range(len(part), at, -1)
            end = next((e for e in ends if ("##" if at else "") + part[at:e] in self.number), None)
            if end is None:
                return [self.number["[UNK]"]]
            found.append(self.number[("##" if at else "") + part[at:end]])
            at = end
        return found


def shape(word):
    if not any(c.isalnum() for c in word): return 5
    if any(c.isdigit() for c in word): return 4
    if word == word.lower(): return 0
    if word == word.upper(): return 6 if len(word) == 1 else 2
    return 1 if word[0].isupper() and word[1:] == word[1:].lower() else 3


class Article:
    """Words with their pieces, spellings, and which labels each may have."""

    def __init__(self, line, pieces):
        self.text = line["text"]
        self.tokens = [t for t in line["tokens"] if self.text[t[0]:t[1]].strip()]
        self.words = [" ".join(self.text[a:b].split()) for a, b in self.tokens]
        self.pieces = [pieces.of(word) for word in self.words]
        ends = [0] + [b for _, b in self.tokens]
        opens = ["\n" in self.text[before:a] or before == 0 for before, (a, _) in zip(ends, self.tokens)]
        self.shapes = [shape(word) + 7 * opened for word, opened in zip(self.words, opens)]
        self.spans = line.get("spans", [])
        self.tags = self.tagged()

    def tagged(self):
        tags = ["O"] * len(self.words)
        for start, end, label in self.spans:
            inside = [n for n, (a, b) in enumerate(self.tokens) if a < end and b > start]
            for n in inside:
                part = "S" if len(inside) == 1 else "B" if n == inside[0] else "E" if n == inside[-1] else "I"
                tags[n] = part + "-" + label
        return tags

    def windows(self, start, step):
        """Word ranges of up to WINDOW pieces; each begins `step` of a window behind the one before."""
        sizes = np.cumsum([0] + [len(p) for p in self.pieces])
        while start < len(self.words):
            end = int(np.searchsorted(sizes, sizes[start] + WINDOW, "right")) - 1
            yield start, end
            if end >= len(self.words): return
            start = max(start + 1, int(np.searchsorted(sizes, sizes[start] + WINDOW * step, "right")) - 1)


def allowed(tag, folded):
    """The labels that a marked tag allows, as a row of ones."""
    row = np.zeros(len(LABELS), bool)
    if tag == "O":
        marked = folded or {}
        names = [n for n in CLASSES if n in UNMARKED or not any(n in f for f in marked.values())] if folded else []
        row[0] = True
        row[[LABELS.index(p + "-" + n) for n in names for p in "BIES"]] = True
        return row
    names = folded[tag[2:]] if folded else [tag[2:]]
    row[[LABELS.index(tag[0] + "-" + n) for n in names]] = True
    return row


class Teacher(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        config = MPNetConfig.from_json_file(folder / "config.json")
        self.body = MPNetModel(config, add_pooling_layer=False)
        weights = {k: v.float() for k, v in load_file(folder / "model.safetensors").items() if not k.startswith("pooler.")}
        missing = self.body.load_state_dict(weights, strict=False)
        assert all("position_ids" in k for k in missing.missing_keys + missing.unexpected_keys), missing
        self.shapes = torch.nn.Embedding(SHAPES, config.hidden_size)
        torch.nn.init.normal_(self.shapes.weight, std=0.01)
        self.head = torch.nn.Linear(config.hidden_size, len(LABELS))
        self.drop = torch.nn.Dropout(0.1)

    def forward(self, ids, shapes, real, first):
        """Log-probabilities at the first piece of every word."""
        embedded = self.body.embeddings.word_embeddings(ids) + self.shapes(shapes)
        read = self.body(inputs_embeds=embedded, attention_mask=real).last_hidden_state
        at = read.gather(1, first[:, :, None].expand(-1, -1, read.shape[2]))
        return self.head(self.drop(at)).float().log_softmax(-1)


def batch(parts, device, loud=None):
    """Tensors of (article, start, end) parts. `loud` may rewrite some of them in capitals or in title case."""
    rows = []
    for article, start, end in parts:
        ids, shapes, first = [0], [SHAPES - 1], []
        how = loud.random() if loud else 1
        for pieces, kind in zip(article.pieces[start:end], article.shapes[start:end]):
            spelled, line = kind % 7, kind // 7
            if how < 0.05 and spelled in (0, 1, 3): spelled = 2
            elif how < 0.1 and spelled == 0: spelled = 1
            first.append(len(ids))
            ids += pieces
            shapes += [spelled + 7 * line] + [spelled] * (len(pieces) - 1)
        rows.append((ids + [2], shapes + [SHAPES - 1], first))
    def padded(n, fill):
        width = max(len(row[n]) for row in rows)
        return torch.tensor([row[n] + [fill] * (width - len(row[n])) for row in rows], device=device)
    ids = padded(0, 1)
    return ids, padded(1, SHAPES - 1), (ids != 1).long(), padded(2, 0)


def learn(folder, articles, asides, options, seed, device):
    """A network that has learnt `articles`, and the asides' folded labels at a lower weight."""
    torch.manual_seed(seed)
    dice = random.Random(seed)
    net = Teacher(folder).to(device)
    new = [*net.shapes.parameters(), *net.head.parameters()]
    groups = [{"params": list(net.body.parameters()), "lr": options.rate}, {"params": new, "lr": options.rate * 20}]
    adam = torch.optim.AdamW(groups, weight_decay=0.01, fused=device == "cuda")
    epochs = []
    for _ in range(options.epochs):
        parts = []
        for article, weight, masks in articles + asides:
            opening = dice.randrange(0, 120)
            if opening >= len(article.words): opening = 0
            parts += [(article, weight, masks, 0, opening)] if opening else []
            parts += [(article, weight, masks, *window) for window in article.windows(opening, 1)]
        dice.shuffle(parts)
        pools = [sorted(parts[n:n + 800], key=lambda p: p[4] - p[3]) for n in range(0, len(parts), 800)]
        batches = [pool[n:n + options.batch] for pool in pools for n in range(0, len(pool), options.batch)]
        dice.shuffle(batches)
        epochs += batches
    pace = torch.optim.lr_scheduler.LambdaLR(adam, lambda n: min(n / 100, 1 - n / (len(epochs) + 1)))
    net.train()
    start, sums = time.time(), []
    for n, parts in enumerate(epochs):
        ids, shapes, real, first = batch([(a, s, e) for a, _, _, s, e in parts], device, dice)
        masks = np.zeros((len(parts), first.shape[1], len(LABELS)), bool)
        weights = np.zeros((len(parts), first.shape[1]), np.float32)
        for row, (_, weight, marked, s, e) in enumerate(parts):
            masks[row, :e - s], weights[row, :e - s] = marked[s:e], weight
        masks, weights = torch.from_numpy(masks).to(device), torch.from_numpy(weights).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            scores = net(ids, shapes, real, first)
        masks[:, :, 0] |= weights == 0
        losses = -scores.masked_fill(~masks, -1e4).logsumexp(-1)
        loss = (losses * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step(), pace.step(), adam.zero_grad(set_to_none=True)
        sums.append(loss.detach())
    print(f"seed {seed}: {len(epochs)} batches, last loss {torch.stack(sums[-50:]).mean():.4f}, {time.time() - start:.0f} s", flush=True)
    return net.eval()


@torch.no_grad()
def probabilities(net, articles, device):
    """For each article words x labels; a word is read in two windows, and counts most in a window's middle."""
    out = [np.zeros((len(a.words), len(LABELS)), np.float32) for a in articles]
    parts = [(n, *window) for n, a in enumerate(articles) for window in a.windows(0, 0.5)]
    parts.sort(key=lambda p: p[2] - p[1])
    for at in range(0, len(parts), 64):
        some = parts[at:at + 64]
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            scores = net(*batch([(articles[n], s, e) for n, s, e in some], device))
        for row, (n, s, e) in zip(scores.exp().cpu().numpy(), some):
            place = np.arange(e - s)
            left = place + 5 if s else np.full(e - s, 1000)
            right = place[::-1] + 5 if e < len(articles[n].words) else np.full(e - s, 1000)
            out[n][s:e] += np.minimum(left, right)[:, None] * row[:e - s]
    return [p / np.maximum(p.sum(1, keepdims=True), 1e-9) for p in out]


def follows(a, b):
    """May label b follow label a? None is the border of the text."""
    opened, goes_on = a is not None and a[0] in "BI", b is not None and b[0] in "IE"
    return opened == goes_on and (not goes_on or a[2:] == b[2:])


STEPS = np.array([[0 if follows(a, b) else -1e4 for b in LABELS] for a in LABELS], np.float32)
ENDS = np.array([[0 if follows(None, a) else -1e4, 0 if follows(a, None) else -1e4] for a in LABELS], np.float32)


def names(p):
    """The likeliest whole names: (first word, last word, class)."""
    logs = np.log(p + 1e-9)
    score, back = logs[0] + ENDS[:, 0], []
    for row in logs[1:]:
        paths = score[:, None] + STEPS
        back.append(paths.argmax(0))
        score = paths.max(0) + row
    tags = [int((score + ENDS[:, 1]).argmax())]
    for pointers in reversed(back):
        tags.append(int(pointers[tags[-1]]))
    first = 0
    for n, tag in enumerate(LABELS[t] for t in reversed(tags)):
        if tag[0] in "BS": first = n
        if tag[0] in "ES": yield first, n, tag[2:]


def score(title, articles, labels):
    counts, borders = collections.Counter(), [0, 0, 0]
    fold = {name: short for short, all_of in FOLDED.items() for name in all_of}
    four = not any(tag[2:] in CLASSES for a in articles for tag in a.tags)
    for article, p in zip(articles, labels):
        if not article.words: continue
        found = {(article.tokens[a][0], article.tokens[b][1], fold.get(c) if four else c) for a, b, c in names(p)}
        found = {name for name in found if name[2]}
        gold = {tuple(span) for span in article.spans}
        for key, group in (("gold", gold), ("found", found), ("right", gold & found)):
            counts.update((key, c) for _, _, label in group for c in (label, "all"))
        cut = lambda group: {name[:2] for name in group}
        borders = [b + len(x) for b, x in zip(borders, (gold, found, cut(gold) & cut(found)))]
    f1 = lambda c: 200 * counts["right", c] / max(counts["gold", c] + counts["found", c], 1)
    shown = "  ".join(f"{c} {f1(c):.1f}" for c in (FOLDED if four else CLASSES))
    print(f"{title}: F1 {f1('all'):.2f}  borders {200 * borders[2] / max(borders[0] + borders[1], 1):.2f}  {shown}", flush=True)


def write(path, articles, labels):
    with open(path, "w", encoding="utf-8") as out:
        for article, rows in zip(articles, labels):
            for word, tag, row in zip(article.words, article.tags, rows):
                best = [n for n in np.argsort(-row)[:5] if row[n] >= 0.004]
                print(word, tag if article.spans else "_", " ".join(f"{LABELS[n]}:{row[n]:.3f}" for n in best), sep="\t", file=out)
            print(file=out)


def read(path, pieces):
    return [Article(json.loads(line), pieces) for line in open(path, encoding="utf-8")]


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("model", type=pathlib.Path)
    asked.add_argument("--train", required=True)
    for name in ("--aside", "--test", "--label"): asked.add_argument(name, nargs="*", default=[])
    asked.add_argument("--out", type=pathlib.Path, required=True)
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    asked.add_argument("--epochs", type=int, default=5)
    asked.add_argument("--batch", type=int, default=16)
    asked.add_argument("--rate", type=float, default=4e-5)
    asked.add_argument("--weight", type=float, default=0.3, help="of a word of --aside")
    options = asked.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    options.out.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(options.model / "vocab.txt")
    train = read(options.train, pieces)
    marked = [(a, 1.0, np.array([allowed(t, None) for t in a.tags])) for a in train]
    asides = []
    for path in options.aside:
        some = read(path, pieces)
        present = {tag[2:] for a in some for tag in a.tags if tag != "O"}
        folded = {k: v for k, v in FOLDED.items() if k in present} or None
        asides += [(a, options.weight, np.array([allowed(t, folded) for t in a.tags])) for a in some if a.words]
    order = list(range(len(train)))
    random.Random(0).shuffle(order)
    out = [None] * len(train)
    for fold in range(options.folds):
        held = set(order[fold::options.folds])
        net = learn(options.model, [m for n, m in enumerate(marked) if n not in held], asides, options, 100 + fold, device)
        for n, p in zip(sorted(held), probabilities(net, [train[n] for n in sorted(held)], device)): out[n] = p
        del net
    if options.folds:
        score("train, out of fold", train, out)
        write(options.out / "train.tsv", train, out)
    files = {path: read(path, pieces) for path in options.test + options.label}
    sums = {}
    for seed in options.seeds:
        net = learn(options.model, marked, asides, options, seed, device)
        for path, articles in files.items():
            now = probabilities(net, articles, device)
            if path in options.test: score(f"{path}, seed {seed}", articles, now)
            sums[path] = [a + b for a, b in zip(sums[path], now)] if path in sums else now
        del net
    for path, articles in files.items():
        mean = [p / len(options.seeds) for p in sums[path]]
        if path in options.test: score(f"{path}, together", articles, mean)
        write(options.out / f"{pathlib.Path(path).stem}.tsv", articles, mean)


if __name__ == "__main__":
    main()
