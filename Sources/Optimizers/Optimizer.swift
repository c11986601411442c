// SPDX-License-Identifier: GPL-3.0-or-later

/// A tensor that an optimiser updates, as far as the optimiser is concerned.
public struct OptimizedParameter: Sendable, Equatable {
    /// PyTorch's name, such as `0.weight`.
    public let name: String
    /// Number of weights.
    public let count: Int
    /// Which coefficient of a decoupled decay it gets.
    public let group: DecayGroup

    public init(name: String, count: Int, group: DecayGroup = .weights) {
        self.name = name
        self.count = count
        self.group = group
    }
}

/// Threads that pieces of independent work are shared out over.
public struct WorkSharing: Sendable {
    /// How many pieces to make.
    public let pieces: Int
    /// Runs `work` once for each of 0 ..< count, and returns when all are done.
    public let perform: @Sendable (_ count: Int, _ work: @escaping @Sendable (Int) -> Void) -> Void

    public init(pieces: Int, perform: @escaping @Sendable (_ count: Int, _ work: @escaping @Sendable (Int) -> Void) -> Void) {
        self.pieces = pieces
        self.perform = perform
    }
}

/// An update rule with its state: one set of state tensors and one step count for each parameter.
///
/// All memory is planned at creation; an update allocates nothing. Each state tensor starts at a 64-byte boundary. A frozen parameter is
/// simply never updated: its state and step count stay as they are. Not thread-safe: parameters may not be updated concurrently.
public final class Optimizer<Scalar: OptimizerScalar> {
    public let rule: any UpdateRule
    public let parameters: [OptimizedParameter]
    /// Names of the state tensors, PyTorch's, in the rule's order.
    public let stateNames: [String]
    /// Names of the scalars a parameter has besides: the rule's own, then `step`.
    public let scalarNames: [String]

    /// Where one parameter's state lies; plain data, so that reaching it counts no references.
    private struct Slot {
        let state: StateTensors<Scalar>
        let scalarState: UnsafeMutableBufferPointer<Double>
        let decoupledDecay: Double
        var step: Int
    }

    private let memory: UnsafeMutableRawPointer
    private let scalarMemory: UnsafeMutableBufferPointer<Double>
    private let slots: UnsafeMutableBufferPointer<Slot>
    private let hasScalarState: Bool
    /// By parameter; empty where nothing rests.
    private var resting: [RestingWeights<Scalar>?] = []
    private static var alignment: Int { 64 }

    /// Plans the state of `parameters` under `rule`, all at its initial values and step 0.
    ///
    /// Throws ``HyperParameterError`` if the rule's hyper-parameters lie outside their ranges.
    public init(rule: any UpdateRule, parameters: [OptimizedParameter]) throws(HyperParameterError) {
        try rule.validate()
        precondition(
            rule.initialState.count == rule.stateNames.count && rule.initialScalarState.count == rule.scalarStateNames.count,
            "\(type(of: rule)) must name as many states as it gives initial values")
        self.rule = rule
        self.parameters = parameters
        stateNames = rule.stateNames
        scalarNames = rule.scalarStateNames + ["step"]
        hasScalarState = !rule.scalarStateNames.isEmpty
        let scalarCount = rule.scalarStateNames.count
        let line = Self.alignment / MemoryLayout<Scalar>.stride
        let strides = parameters.map { ($0.count + line - 1) / line * line }
        let total = strides.reduce(0, +) * stateNames.count * MemoryLayout<Scalar>.stride
        memory = .allocate(byteCount: max(total, Self.alignment), alignment: Self.alignment)
        scalarMemory = .allocate(capacity: parameters.count * scalarCount)
        slots = .allocate(capacity: parameters.count)
        var next = memory.assumingMemoryBound(to: Scalar.self)
        for (index, parameter) in parameters.enumerated() {
            for (tensor, value) in rule.initialState.enumerated() {
                (next + tensor * strides[index]).initialize(repeating: Scalar(value), count: strides[index])
            }
            let scalars = UnsafeMutableBufferPointer(rebasing: scalarMemory[index * scalarCount..<(index + 1) * scalarCount])
            _ = scalars.initialize(from: rule.initialScalarState)
            let state = StateTensors(base: next, stride: strides[index], count: parameter.count)
            slots.initializeElement(
                at: index,
                to: Slot(
                    state: state, scalarState: scalars, decoupledDecay: rule.decoupledDecay.coefficient(for: parameter.group), step: 0))
            next += strides[index] * stateNames.count
        }
    }

    deinit {
        memory.deallocate()
        scalarMemory.deallocate()
        slots.deallocate()
    }

    /// Makes one step of parameter `index`: w_k → w_{k+1} in `weights`, its state and its step count with it.
    ///
    /// - Parameters:
    ///   - weights: the parameter's weights; its length must be the parameter's.
    ///   - gradient: g_data at w_k, of the same length; not written.
    ///   - learningRate: α after the schedule.
    ///   - l2: λ of the coupled L2 term; 0 for none.
    ///   - sharing: the threads that a large parameter is shared out over; nil for the caller's alone. A rule being elementwise, the bits
    ///     do not depend on it.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update(
        parameter index: Int, weights: UnsafeMutableBufferPointer<Scalar>, gradient: UnsafeBufferPointer<Scalar>, learningRate: Double,
        l2: Double, sharing: WorkSharing? = nil
    ) {
        precondition(index >= 0 && index < slots.count, "no such parameter")
        let slot = slots.baseAddress! + index
        precondition(
            weights.count == slot.pointee.state.count && gradient.count == slot.pointee.state.count,
            "weights and gradient must be as long as the parameter")
        if !resting.isEmpty, let rest = resting[index], !rest.hold(learningRate: learningRate, l2: l2) { wake(parameter: index) }
        slot.pointee.step += 1
        if hasScalarState { rule.advance(scalarState: slot.pointee.scalarState, step: slot.pointee.step) }
        let update = ParameterUpdate(
            weights: weights, gradient: gradient, state: slot.pointee.state, scalarState: UnsafeBufferPointer(slot.pointee.scalarState),
            step: slot.pointee.step, learningRate: learningRate, l2: l2, decoupledDecay: slot.pointee.decoupledDecay)
        let moving = MovingUpdate(rule: rule, whole: update, rest: resting.isEmpty ? nil : resting[index])
        guard let sharing, sharing.pieces > 1, weights.count >= Self.leastShared else { return moving.perform(0..<weights.count) }
        sharing.perform(sharing.pieces) { moving.perform(moving.piece($0, of: sharing.pieces)) }
    }

    /// Weights under which waking a thread costs more than it saves.
    private static var leastShared: Int { 1 << 15 }

    /// An update of the weights that are not at rest, whole or in pieces that do not overlap, each for one thread.
    private struct MovingUpdate: @unchecked Sendable {
        let rule: any UpdateRule
        let whole: ParameterUpdate<Scalar>
        let rest: RestingWeights<Scalar>?

        /// Pieces begin at cache lines of the state.
        func piece(_ index: Int, of pieces: Int) -> Range<Int> {
            let count = whole.weights.count
            let lines = (count + Optimizer.alignment - 1) / Optimizer.alignment
            func start(_ index: Int) -> Int { min(count, lines * index / pieces * Optimizer.alignment) }
            return start(index)..<start(index + 1)
        }

        @_specialize(where Scalar == Float)
        @_specialize(where Scalar == Double)
        func perform(_ range: Range<Int>) {
            if let rest {
                rest.forEachMoving(in: range) { rule.update(whole.slice($0)) }
            } else {
                rule.update(range.count == whole.weights.count ? whole : whole.slice(range))
            }
        }
    }

    /// Lets weights rest that have no data gradient and that no update moves any more (see ``UpdateRule/isAtRest(_:)``): from now on updates
    /// pass them over, at no change of any bit. Called between two updates.
    ///
    /// Until they are woken their data gradient must stay 0, and the weights neither change nor move in memory; a larger α or another λ wakes
    /// them.
    /// - Parameters:
    ///   - range: weights of parameter `index`, none of them at rest.
    ///   - weights: all weights of the parameter.
    ///   - learningRate: α of the next step, after the schedule.
    /// - Returns: false, and nothing changed, if an update could still move one of them, or if the rule can't tell.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func rest(
        parameter index: Int, range: Range<Int>, weights: UnsafeMutableBufferPointer<Scalar>, learningRate: Double, l2: Double
    ) -> Bool {
        let slot = slots[index]
        let update = ParameterUpdate(
            weights: weights, gradient: UnsafeBufferPointer(start: nil, count: 0), state: slot.state, step: slot.step + 1,
            learningRate: learningRate, l2: l2, decoupledDecay: slot.decoupledDecay)
        guard rule.isAtRest(update.slice(range)) else { return false }
        settle(index)
        if resting.isEmpty { resting = Array(repeating: nil, count: parameters.count) }
        var rest = resting[index] ?? RestingWeights(weights: weights, learningRate: learningRate, l2: l2, since: slot.step)
        rest.insert(range, learningRate: learningRate)
        resting[index] = rest
        return true
    }

    /// The ranges of parameter `index` that rest, rising.
    public func restingRanges(of index: Int) -> [Range<Int>] { resting.isEmpty ? [] : resting[index]?.ranges ?? [] }

    /// Runs of a range of parameter `index` that don't rest, rising.
    public func forEachMoving(in range: Range<Int>, of index: Int, _ body: (Range<Int>) -> Void) {
        guard !resting.isEmpty, let rest = resting[index] else { return body(range) }
        rest.forEachMoving(in: range, body)
    }

    /// Ends the rest of a range that ``rest(parameter:range:weights:learningRate:l2:)`` began, its state as if it had been updated all along.
    public func wake(parameter index: Int, range: Range<Int>) {
        settle(index)
        guard !resting.isEmpty, var rest = resting[index] else { return }
        rest.remove(range)
        resting[index] = rest.ranges.isEmpty ? nil : rest
    }

    /// Ends the rest of all weights of a parameter, as a larger α, another λ and a planted state do by themselves.
    public func wake(parameter index: Int) {
        settle(index)
        if !resting.isEmpty { resting[index] = nil }
    }

    /// Brings the state of parameter `index`'s resting weights on to the last step.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func settle(_ index: Int) {
        guard !resting.isEmpty, var rest = resting[index] else { return }
        let slot = slots[index]
        let steps = slot.step - rest.since
        guard steps > 0 else { return }
        let update = ParameterUpdate(
            weights: rest.weights, gradient: UnsafeBufferPointer(start: nil, count: 0), state: slot.state, step: slot.step,
            learningRate: rest.learningRate, l2: rest.l2, decoupledDecay: slot.decoupledDecay)
        for range in rest.ranges { rule.advanceAtRest(update.slice(range), steps: steps) }
        rest.since = slot.step
        resting[index] = rest
    }

    /// Steps that parameter `index` has made, or was planted with.
    public func step(of index: Int) -> Int { slots[index].step }

    /// The state tensors of parameter `index` in place, in the order of ``stateNames``; valid as long as the optimiser lives.
    public func stateTensors(of index: Int) -> StateTensors<Scalar> {
        settle(index)
        return slots[index].state
    }

    /// Writes m̂, √v̂ and the denominator of the last step of weights `range` of parameter `index`; see ``MomentBuffers``.
    ///
    /// `gradient` is g = g_data + λw of that step for the same range: needed only by rules whose numerator contains it.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments(
        parameter index: Int, range: Range<Int>, gradient: UnsafeBufferPointer<Scalar>? = nil, into moments: MomentBuffers<Scalar>
    ) {
        precondition(
            moments.firstMoment.count >= range.count && moments.rootSecondMoment.count >= range.count
                && moments.denominator.count >= range.count && gradient.map { $0.count >= range.count } ?? true,
            "buffers are shorter than the range")
        settle(index)
        let slot = slots[index]
        rule.readMoments(
            MomentReading(
                state: slot.state.slice(range), scalarState: UnsafeBufferPointer(slot.scalarState), step: slot.step, gradient: gradient),
            into: moments)
    }

    /// A copy of state tensor `name` of parameter `index`; throws ``OptimizerError/unknownState(name:parameter:accepted:)``.
    public func state(_ name: String, of index: Int) throws(OptimizerError) -> [Scalar] {
        guard let tensor = stateNames.firstIndex(of: name) else { throw unknown(name, index, among: stateNames) }
        settle(index)
        return Array(slots[index].state[tensor])
    }

    /// Scalar `name` of parameter `index`: `step`, or one of the rule's, such as `mu_product`.
    public func scalar(_ name: String, of index: Int) throws(OptimizerError) -> Double {
        if name == "step" { return Double(slots[index].step) }
        guard let scalar = scalarNames.firstIndex(of: name) else { throw unknown(name, index, among: scalarNames) }
        return slots[index].scalarState[scalar]
    }

    /// Replaces state tensor `name` of parameter `index`; throws if the rule has none of that name or the number of values is wrong.
    public func plant(_ values: [Scalar], as name: String, of index: Int) throws(OptimizerError) {
        guard let tensor = stateNames.firstIndex(of: name) else { throw unknown(name, index, among: stateNames) }
        guard values.count == parameters[index].count else {
            throw .wrongCount(name: name, parameter: parameters[index].name, given: values.count, expected: parameters[index].count)
        }
        wake(parameter: index)
        _ = slots[index].state[tensor].update(from: values)
    }

    /// Replaces scalar `name` of parameter `index`; a step count must be a whole number from 0 to 2⁵³.
    public func plant(_ value: Double, as name: String, of index: Int) throws(OptimizerError) {
        if name == "step" {
            guard let step = Int(exactly: value), (0...1 << 53).contains(step) else {
                throw .invalidStep(parameter: parameters[index].name, given: value)
            }
            wake(parameter: index)
            slots[index].step = step
            return
        }
        guard let scalar = scalarNames.firstIndex(of: name) else { throw unknown(name, index, among: scalarNames) }
        slots[index].scalarState[scalar] = value
    }

    private func unknown(_ name: String, _ index: Int, among accepted: [String]) -> OptimizerError {
        .unknownState(name: name, parameter: parameters[index].name, accepted: accepted)
    }
}
