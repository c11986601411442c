# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison as Markdown, CSV, JSON and a figure."""
import csv
import io
import statistics
import subprocess

from .measuring import duration, three

COLUMNS = (
    "id", "work", "against", "unit", "oursNanoseconds", "theirsNanoseconds", "ratio", "ratioLeast", "ratioLargest", "rounds", "target", "met",
    "limitNanoseconds", "shareOfLimit", "bound", "denseLimitNanoseconds", "note")


def write(path, text):
    """Whole or not at all."""
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_text(text)
    partial.replace(path)


class Limits:
    """The roofline's least times."""

    def __init__(self, roofline):
        self.entries = {(entry["work"], entry["precision"], entry["threads"]): entry for entry in roofline["limits"]}

    def of(self, row):
        """(nanoseconds, what it is made of) of a row's work."""
        return (row.least, row.bound) if row.least else self.entry(row, row.limit)

    def dense(self, row):
        """Nanoseconds of a row's work with nothing left out; None where that is no other limit."""
        return self.entry(row, row.dense)[0] if row.dense else None

    def entry(self, row, key):
        return row.times * self.entries[key]["nanoseconds"], self.entries[key]["bound"]


def records(rows, limits):
    for row in rows:
        limit, ours = limits.of(row), statistics.median(row.ours)
        yield dict(zip(COLUMNS, (
            row.id, row.work, row.against, row.unit, ours, statistics.median(row.theirs), row.ratio, min(row.ratios), max(row.ratios),
            row.rounds, row.target, row.met, limit[0], limit[0] / ours, limit[1], limits.dense(row), row.note)))


def write_csv(path, rows, limits):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in records(rows, limits):
        writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in record.items()})
    write(path, text.getvalue())


def markdown(rows, limits, environment, roofline):
    """The table, the missed targets, and the roofline behind the limits."""
    lines = [
        "# Comparison", "",
        f"{environment['processor']}, {environment['processors']} processors, load {environment['loadLeast']:.1f} to "
        f"{environment['loadLargest']:.1f} from row to row; {environment['dateLast'][:10]}. AdamProbe {environment['revision']} with "
        f"{environment['blas']}; PyTorch {environment['torch']}; JAX {environment['jax']}; NumPy {environment['numpy']}. "
        f"{environment['clock'].capitalize()} time on one thread, wall time on more; medians of interleaved rounds, the ratio theirs / ours round by "
        "round (median, least–largest). Limit: the least time of what ours computes, by the roofline below or by what the list under the table says, "
        "and the share of it that ours reaches; in brackets the same with no zero and no node left out.", "",
        "| work | against | ours | theirs | ratio | target | met | limit | share |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |"]
    for row in rows:
        limit, dense, ours = limits.of(row)[0], limits.dense(row), statistics.median(row.ours)
        lines.append(
            f"| {row.work} | {row.against} | {duration(ours)} | {duration(statistics.median(row.theirs))} | "
            f"{three(row.ratio)} ({three(min(row.ratios))}–{three(max(row.ratios))}) | {'–' if row.target is None else f'{row.target:g}'} | "
            f"{ {None: '–', True: 'yes', False: '**no**'}[row.met]} | "
            f"{duration(limit)}{f' ({duration(dense)})' if dense else ''} | "
            f"{100 * limit / ours:.0f} %{f' ({100 * dense / ours:.0f} %)' if dense else ''} |")
    aimed = [row for row in rows if row.target is not None]
    lines += ["", f"{sum(row.met for row in aimed)} of {len(aimed)} targets met.", ""]
    bounds = {}
    for row in rows:
        bounds.setdefault(limits.of(row)[1], []).append(row.work)
    lines += ["## Limits", "", *(f"- {'; '.join(dict.fromkeys(works))}: {bound}." for bound, works in bounds.items()), ""]
    notes = [f"- {row.work}, against {row.against}: {row.note}." for row in rows if row.note]
    if notes:
        lines += ["## Notes", "", *notes, ""]
    lines += ["## Roofline", "", roofline.strip(), ""]
    return "\n".join(lines)


def figure(path, rows):
    """Ratio and target of each row that has a target, on a logarithmic axis."""
    aimed = [row for row in rows if row.target is not None][::-1]
    if aimed:
        subprocess.run(["gnuplot", "-"], input=script(path, aimed), text=True, check=True)


def script(path, aimed):
    data = "\n".join(
        f"{index}\t{row.ratio:.6g}\t{min(row.ratios):.6g}\t{max(row.ratios):.6g}\t{row.target:g}\t{int(row.met)}"
        for index, row in enumerate(aimed))

    def escaped(text):
        return text.replace("\\", "\\\\").replace('"', "'").replace("_", " ").replace("@", " ")

    labels = ", ".join(f'"{escaped(f"{row.work}  |  {row.against}")}" {index}' for index, row in enumerate(aimed))
    least = min(min(min(row.ratios), row.target) for row in aimed)
    largest = max(max(max(row.ratios), row.target) for row in aimed)
    return f"""
set terminal svg size 1300,{150 + 20 * len(aimed)} dynamic font "sans-serif,12" background "white"
set output "{path}"
$rows << EOD
{data}
EOD
set logscale x
set xrange [{least / 1.3}:{largest * 1.3}]
set yrange [-0.8:{len(aimed) - 0.2}]
set ytics ({labels}) font ",10" scale 0
set xtics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
set grid xtics ytics lc rgb "#dddddd" lt 1
set border 1
set lmargin at screen 0.53
set rmargin at screen 0.98
set tmargin at screen 1 - 40.0 / {150 + 20 * len(aimed)}
set bmargin at screen 55.0 / {150 + 20 * len(aimed)}
set xlabel "their time / ours: median, least to largest"
set key at screen 0.98, screen 1 - 12.0 / {150 + 20 * len(aimed)} right horizontal width -2
set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb "#999999" dt 2
plot $rows using ($6 == 1 ? $2 : NaN):1:3:4 with xerrorbars pt 7 ps 0.7 lw 1.5 lc rgb "#0072b2" title "target met", \\
     $rows using ($6 == 0 ? $2 : NaN):1:3:4 with xerrorbars pt 7 ps 0.7 lw 1.5 lc rgb "#d55e00" title "target missed", \\
     $rows using 5:1 with points pt 2 ps 0.8 lw 2 lc rgb "black" title "target"
"""
