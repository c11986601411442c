// SPDX-License-Identifier: GPL-3.0-or-later
import Theory

/// What one case came to. Numbers are those of the laboratory's arithmetic, read as `Double` (from float80 that rounds once, and what lies
/// under `Double`'s range reads as 0).
public struct LaboratoryOutcome: Sendable, Equatable {
    /// The state after the last step.
    public internal(set) var finalState: DeadWeight<Double>
    /// Steps made: those asked for, or fewer if the case stopped after its passages.
    public internal(set) var stepsMade: Int
    /// First state with |w| < ξ, for each threshold.
    public internal(set) var dips: [Int?]
    /// First state from which |w| < ξ for ``DeadWeightRule/passagePatience`` steps and more: states p … p + patience all lie below, as at
    /// ``ExactRecursion/passage(below:limit:followingRevival:)``.
    public internal(set) var passages: [Int?]
    /// First state after the passage with |w| ≥ ξ again.
    public internal(set) var revivals: [Int?]
    /// The latest passage: another than the first if the weight rose in between; kept if it rose again afterwards.
    public internal(set) var lastPassages: [Int?]
    /// √mean w² over the states of the window that were reached, summed in `Double` in their order; nil without a window or if none was.
    public internal(set) var rms: Double?
    /// w at the sampled states that were reached, with its sign.
    public internal(set) var sampledWeights: [Double]
    /// v at the sampled states: the state's ``DeadWeight/secondMoment``, so s for AdaGrad, u for AdaMax.
    public internal(set) var sampledSecondMoments: [Double]
    /// AMSGrad's largest v and the other rules' ``DeadWeight/auxiliary`` at the sampled states.
    public internal(set) var sampledAuxiliaries: [Double]
    /// Largest |w| over the states of the rms window, or over all states from 0 if there is no window; 0 if no state counted.
    public internal(set) var largestMagnitude: Double
}
