// SPDX-License-Identifier: GPL-3.0-or-later

/// Where ε stands in the denominator d of Adam's step w ← w − (α/(1−β₁ᵗ))·m/d.
///
/// The choices differ once √v falls to the order of ε, which is where a dead node's fate is decided (theory notes B6).
public enum EpsilonPlacement: String, Sendable, CaseIterable {
    /// d = √v/√(1−β₂ᵗ) + ε: Kingma & Ba's Algorithm 1 (arXiv 1412.6980), PyTorch, and the default.
    case outsideRoot
    /// d = (√v + ε)/√(1−β₂ᵗ), computed as w ← w − (α√(1−β₂ᵗ)/(1−β₁ᵗ))·m/(√v + ε): the "ε̂" form at the end of Kingma & Ba's section 2,
    /// TensorFlow and Keras. In the beginning it is an ε that is larger by 1/√(1−β₂ᵗ), a factor of 32 at step 1 and β₂ = 0.999.
    case epsilonHat
    /// d = √(v/(1−β₂ᵗ) + ε): ε is added to the second moment, so that the same number means much more, 1e-8 here about as 1e-4 outside.
    case insideRoot
}
