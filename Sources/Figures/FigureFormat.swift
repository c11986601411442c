// SPDX-License-Identifier: GPL-3.0-or-later

/// The picture a figure's script writes: vector graphics for print and web, or pixels.
public enum FigureFormat: String, Sendable, CaseIterable {
    case svg
    case png
    case pdf

    /// The font of labels inside a plot, a little smaller than that of the axes.
    var smallFont: String { self == .png ? ",9.5" : ",12" }

    /// The gnuplot command that opens a page of `width` × `height` points (a pixel each in SVG; twice as many in PNG, for sharp print).
    func terminal(width: Int, height: Int) -> String {
        switch self {
        case .svg:
            "set terminal svg enhanced size \(width),\(height) font 'Helvetica,Arial,sans-serif,14' background '#ffffff' linewidth 1"
        case .png:
            "set terminal pngcairo enhanced size \(2 * width),\(2 * height) font 'sans,11' fontscale 2 linewidth 2 pointscale 2 background '#ffffff'"
        case .pdf:
            "set terminal pdfcairo enhanced size \(Double(width) / 72)in,\(Double(height) / 72)in font 'sans,14' fontscale 1 linewidth 1 background '#ffffff'"
        }
    }
}
