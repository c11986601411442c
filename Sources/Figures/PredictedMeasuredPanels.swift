// SPDX-License-Identifier: GPL-3.0-or-later

/// Two panels under each other: measured against predicted, both axes logarithmic, and the relative error predicted/measured − 1 below.
struct PredictedMeasuredPanels {
    /// Points of one kind: a block of the data file, with the predicted values in its first column and the measured ones in its second.
    struct Series {
        var block: Int
        var title: String
        var color: String
        var opacity = 0.7
        var pointType = 7
        var pointSize = 0.35
    }

    /// In drawing order; the last one lies on top.
    var series: [Series]
    /// Of both axes of the upper panel.
    var range: ClosedRange<Double>
    /// Of the lower panel: ± this many per cent.
    var span: Int
    var predicted: String
    var measured: String
    /// What the lower panel shows.
    var error: String

    /// The commands after the preamble.
    var commands: String {
        let points = { (columns: String, isTitled: Bool) in
            series.map { series in
                "data index \(series.block) using \(columns) with points pointtype \(series.pointType) pointsize \(series.pointSize) linecolor rgb "
                    + "'\(FigureStyle.faded(series.color, opacity: series.opacity))'" + (isTitled ? " title \(Gnuplot.quoted(series.title))" : "")
            }.joined(separator: ", \\\n    ")
        }
        let axis = "[\(Number.short(range.lowerBound)):\(Number.short(range.upperBound))]"
        return """
            set multiplot
            set logscale x 10
            set xrange \(axis)
            set lmargin at screen 0.15
            set rmargin at screen 0.97
            set tmargin at screen 0.965
            set bmargin at screen 0.39
            set logscale y 10
            set yrange \(axis)
            set format x ''
            set format y '10^{%L}'
            set ylabel \(Gnuplot.quoted(measured))
            set key top left Left reverse samplen 1
            plot x with lines linewidth 1 linecolor rgb '\(FigureStyle.black)' title 'measured = predicted', \\
                \(points("1:2", true))
            set tmargin at screen 0.355
            set bmargin at screen 0.115
            unset logscale y
            set key off
            set format x '10^{%L}'
            set xlabel \(Gnuplot.quoted(predicted))
            set ylabel \(Gnuplot.quoted(error))
            set format y '%.0f %%'
            set yrange [-\(span):\(span)]
            plot 0 with lines linewidth 1 linecolor rgb '\(FigureStyle.black)', \\
                \(points("1:(100*($1/$2-1))", false))
            unset multiplot
            """
    }
}
