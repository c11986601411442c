// SPDX-License-Identifier: GPL-3.0-or-later

/// The figures of a run; the raw value is the name of their files (`node-raster.gp`, `node-raster.dat`, `node-raster.svg`).
public enum FigureKind: String, Sendable, CaseIterable {
    /// Every node over training, coloured by state, ordered by death.
    case nodeRaster = "node-raster"
    /// The norm of every node over training, on a log scale.
    case nodeNorms = "node-norms"
    /// √v̂ and the effective decay of a few nodes around their death.
    case secondMomentAtDeath = "second-moment-at-death"
    /// Sign coherence of the data gradient: nodes that die against nodes that live.
    case signCoherence = "sign-coherence"
    /// Kaplan–Meier curve of the nodes alive.
    case survival = "survival"
    /// Histogram of the node norms at the end.
    case finalNorms = "final-norms"
    /// Dead nodes and nodes under each threshold by epoch.
    case nodeCensus = "node-census"
}
