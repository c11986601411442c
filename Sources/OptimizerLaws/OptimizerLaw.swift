// SPDX-License-Identifier: GPL-3.0-or-later

/// A law that every elementwise optimiser should obey, whatever its formula; ``statement`` is the claim that is tested.
public enum OptimizerLaw: String, Sendable, CaseIterable {
    case declarations
    case validation
    case determinism
    case elementwise
    case stateRoundTrip
    case signSymmetry
    case coupledL2
    case rest
    case precisionAgreement
    case finiteness
    case moments
    case weightScaling
    case gradientScaling
    case stepBound
    case deadWeight

    /// What is claimed, in plain words.
    public var statement: String {
        switch self {
        case .declarations:
            "State names are unique, none is called step, each has one finite initial value, and validate() accepts the rule as it is"
        case .validation: "validate() throws if any one of the declared hyper-parameters is NaN or infinite"
        case .determinism: "The same start and the same gradients give the same bits, as often as the rule is asked"
        case .elementwise: "Permuting the weights permutes the result, and cutting a parameter anywhere changes no bit"
        case .stateRoundTrip: "State tensors, scalars and step, copied into a fresh optimiser, continue the run bit for bit"
        case .signSymmetry: "Mirrored weights and gradients give the mirrored run; every state tensor is odd or even (theory notes B10 iii)"
        case .coupledL2: "Coupled L2 is the gradient g_data + λw and nothing else, bit for bit"
        case .rest: "From a fresh start, a weight without gradient and without L2 stays as it is, but for the declared decoupled decay"
        case .precisionAgreement: "Float and Double agree as far as a perturbation of one rounding a step lets them"
        case .finiteness: "Gradients from subnormal up to where g² nearly overflows leave weights and state finite"
        case .moments: "The step is −α·numerator/denominator of readMoments, decoupled decay apart, up to rounding"
        case .weightScaling: "w and α times 2ᵏ, λ and the decoupled decay over 2ᵏ: w times 2ᵏ, bit for bit (theory notes B10 ii)"
        case .gradientScaling: "Gradients and λ times 2ᵏ, ε in its unit, α in its degree: the same w, bit for bit (theory notes B10 i)"
        case .stepBound: "|Δw|/α stays within the declared bound over random and adversarial gradients (theory notes B10 v)"
        case .deadWeight: "A weight without data gradient, under L2, stays finite and is in the end no larger than at first"
        }
    }
}
