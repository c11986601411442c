// SPDX-License-Identifier: GPL-3.0-or-later

extension Claim {
    /// The claims about planted networks, in the order of the theory notes.
    static let plantedClaims: [Claim] = [
        sharedSign, normalisedDrift, burstDisplacement, criticalSilence, absorbingDeath, decayedBias, leak, exactZero, deadRecursion,
        groups, bothSides, certificates,
    ]
}
