// SPDX-License-Identifier: GPL-3.0-or-later

/// How long one subject was watched, and whether it was seen to die.
///
/// Units are the caller's, such as training steps. Known forms of incompleteness: censored on the right (`isEvent` false: alive at `time`, unknown after), and late
/// entry (`entry`: watched only from then on, because it could not have been seen to die before). Censoring on the left or within an interval
/// ("died at some unknown time before …") has no representation here.
public struct Lifetime: Sendable, Equatable {
    /// The last time at which the subject was watched: of its death if `isEvent`, else of its censoring.
    public let time: Double
    /// Whether it died at `time`.
    public let isEvent: Bool
    /// The time after which it was watched, exclusive; nil for one that was watched from the beginning.
    public let entry: Double?

    public init(time: Double, isEvent: Bool, entry: Double? = nil) {
        self.time = time
        self.isEvent = isEvent
        self.entry = entry
    }

    /// Dead at `time`.
    public static func event(_ time: Double) -> Lifetime { Lifetime(time: time, isEvent: true) }
    /// Alive at `time`, and not watched after it.
    public static func censored(_ time: Double) -> Lifetime { Lifetime(time: time, isEvent: false) }
}

/// Numbers at one of the distinct times at which a subject leaves.
struct RiskRow: Sendable {
    let time: Double
    let atRisk: Int
    let events: Int
    let censored: Int
}

/// The distinct exit times, ascending, each with the subjects at risk: entry < t ≤ time, so that those censored at t are at risk at t.
/// - Throws: ``StatisticsError`` for a time that is not finite, or an entry not before the time.
func riskTable(_ lifetimes: [Lifetime]) throws(StatisticsError) -> [RiskRow] {
    for (index, lifetime) in lifetimes.enumerated() {
        guard lifetime.time.isFinite else {
            throw .invalidValue(of: "lifetime", index: index, found: "\(lifetime.time)", accepted: "a finite time")
        }
        if let entry = lifetime.entry, !(entry < lifetime.time) {
            throw .invalidValue(of: "entry of lifetime", index: index, found: "\(entry)", accepted: "a time before \(lifetime.time)")
        }
    }
    let exits = lifetimes.sorted { $0.time < $1.time }
    let entries = lifetimes.map { $0.entry ?? -.infinity }.sorted()
    var rows: [RiskRow] = []
    var (left, entered) = (0, 0)
    while left < exits.count {
        let time = exits[left].time
        while entered < entries.count, entries[entered] < time { entered += 1 }
        let atRisk = entered - left
        var (events, censored) = (0, 0)
        while left < exits.count, exits[left].time == time {
            if exits[left].isEvent { events += 1 } else { censored += 1 }
            left += 1
        }
        rows.append(RiskRow(time: time, atRisk: atRisk, events: events, censored: censored))
    }
    return rows
}
