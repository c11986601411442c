// SPDX-License-Identifier: GPL-3.0-or-later

extension Claim {
    /// Every claim, by level and then in the order of the theory notes.
    public static let all: [Claim] = laboratory + planted + trained

    /// Claims about isolated weights.
    public static let laboratory: [Claim] = [
        exactRecursion, memorylessDecay, adiabaticLaw, memoryPhase, collapse, stabilityEdge, floor, weightRevival,
        precision, roundingCycle, invariances, stepBound, familyPassages, adaMaxPassages, familyFloors, schedules,
    ]

    /// Claims about planted networks.
    public static let planted: [Claim] = plantedClaims

    /// Claims about trained networks.
    public static let trained: [Claim] = trainedClaims

    /// The claims that `ids` name: a law's number stands for all of its claims, `B3` for `B3` and `B3-trained`.
    /// - Throws: ``ClaimError/unknown(id:known:)``.
    public static func named(_ ids: [String]) throws(ClaimError) -> [Claim] {
        for id in ids where !all.contains(where: { $0.isNamed(id) }) { throw .unknown(id: id, known: all.map(\.id)) }
        return all.filter { claim in ids.contains { claim.isNamed($0) } }
    }

    private func isNamed(_ name: String) -> Bool {
        id.lowercased() == name.lowercased() || id.lowercased().hasPrefix(name.lowercased() + "-")
    }
}
