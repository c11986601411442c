// SPDX-License-Identifier: GPL-3.0-or-later

/// The look that all figures share: colours, line styles, preamble.
///
/// Colours are those of Okabe and Ito (Color Universal Design, 2008), which stay apart for the common kinds of colour blindness.
enum FigureStyle {
    static let black = "#000000"
    static let orange = "#E69F00"
    static let skyBlue = "#56B4E9"
    static let green = "#009E73"
    static let blue = "#0072B2"
    static let vermilion = "#D55E00"
    static let purple = "#CC79A7"
    static let grey = "#777777"

    /// Nodes that live, and nodes that die, where only the two are told apart.
    static let living = blue
    static let dying = vermilion

    /// The colour of a state, 0 … 3: alive, dead on the data, certified dead, norm below the smallest ξ.
    static func color(of fate: NodeHistory.Fate) -> String {
        switch fate {
        case .alive: skyBlue
        case .dead: orange
        case .certified: vermilion
        case .zero: black
        }
    }

    /// What a legend calls a state.
    static func name(of fate: NodeHistory.Fate) -> String {
        switch fate {
        case .alive: "alive"
        case .dead: "dead on the data"
        case .certified: "certified dead"
        case .zero: "norm below smallest ξ"
        }
    }

    /// A colour with an opacity from 0 (not to be seen) to 1, in gnuplot's #AARRGGBB, where AA is the transparency.
    static func faded(_ color: String, opacity: Double) -> String {
        let transparency = Int((255 * (1 - min(max(opacity, 0), 1))).rounded())
        let digits = String(transparency, radix: 16, uppercase: true)
        return "#" + (digits.count < 2 ? "0" + digits : digits) + color.dropFirst()
    }

    /// The first lines of every script.
    static func preamble(_ source: FigureSource, format: FigureFormat) -> String {
        """
        # \(source.name): \(source.caption.joined(separator: "\n# "))
        # Run `gnuplot \(source.name).gp` in this folder; it reads \(source.dataName).
        set encoding utf8
        \(format.terminal(width: source.width, height: source.height))
        set output '\(source.name).\(format.rawValue)'
        data = '\(source.dataName)'
        set border 3 linewidth 1 linecolor rgb '#333333'
        set tics out nomirror scale 0.6 textcolor rgb '#222222'
        set grid back linetype 1 linewidth 0.5 linecolor rgb '#E4E4E4'
        set key noautotitle Left reverse
        unset mxtics
        unset mytics
        unset mx2tics
        small = '\(format.smallFont)'
        set style fill solid 1.0 noborder
        set xlabel offset 0,0.5
        set x2label offset 0,-0.5

        """
    }
}
