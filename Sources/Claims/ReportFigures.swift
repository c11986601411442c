// SPDX-License-Identifier: GPL-3.0-or-later

/// The pictures that a report shows, as paths relative to its folder.
public struct ReportFigures: Sendable {
    /// Shown under the table of verdicts: a title and a path each.
    public var overview: [(title: String, path: String)]
    /// Shown with each claim, by its id.
    public var claims: [String: String]
    /// Why there are no pictures, if that needs saying.
    public var note: String?

    public init(overview: [(title: String, path: String)] = [], claims: [String: String] = [:], note: String? = nil) {
        self.overview = overview
        self.claims = claims
        self.note = note
    }
}
