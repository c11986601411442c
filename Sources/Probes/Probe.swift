// SPDX-License-Identifier: GPL-3.0-or-later

/// Something that looks at every step of a training and cannot change it.
///
/// A step is forward → loss → backward → **beforeUpdate** → update → **afterUpdate**. Before the update the view shows w_k, g_data(w_k) and
/// the moments m_k, v_k; after it w_{k+1}, the same g_data(w_k), and m_{k+1}, v_{k+1}. A full observation (k, w_k, g_data, m_{k+1}, v_{k+1},
/// w_{k+1}) therefore copies what it wants of w_k in the first call and the rest in the second.
///
/// The view hands out read-only buffers that are valid during the call only; copy what you keep. An error thrown by a probe ends the run
/// there, with everything recorded so far kept.
public protocol Probe<Scalar>: AnyObject {
    associatedtype Scalar: TrainingScalar
    /// Called once before the first step, with the initial network (step 0).
    func start(_ view: StepView<Scalar>) throws
    /// Called when gradients are known and weights not yet updated.
    func beforeUpdate(_ view: StepView<Scalar>) throws
    /// Called when weights and moments are updated.
    func afterUpdate(_ view: StepView<Scalar>) throws
    /// Called once when the training ends, also when it was interrupted.
    func finish() throws
}

extension Probe {
    public func start(_ view: StepView<Scalar>) throws {}
    public func beforeUpdate(_ view: StepView<Scalar>) throws {}
    public func afterUpdate(_ view: StepView<Scalar>) throws {}
    public func finish() throws {}
}
