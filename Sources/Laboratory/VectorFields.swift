// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// The memory of one block of lanes, planned once: state, hyper-parameters and measurements as structures of arrays.
final class VectorFields<Scalar: VectorScalar> {
    /// What has one entry a lane.
    enum Field: Int, CaseIterable {
        case weight, firstMoment, secondMoment, auxiliary, l2, lerp, decay1, gain1, decay2, gain2, epsilon, largest
    }

    static var lanes: Int { adamprobe_dead_weight_lanes }
    /// Rows of coefficients that fit, and of transitions, whatever crosses what: a table is made in one call.
    static var rows: Int { 32 }
    private let entries: UnsafeMutablePointer<Scalar>
    /// Coefficients, [rows × lanes] each.
    let rate: UnsafeMutablePointer<Scalar>
    let correction: UnsafeMutablePointer<Scalar>
    let extra: UnsafeMutablePointer<Scalar>
    let squares: UnsafeMutablePointer<Double>
    let thresholds: UnsafeMutableBufferPointer<Scalar>
    let below: UnsafeMutablePointer<Scalar.Flag>
    let transitions: UnsafeMutableBufferPointer<adamprobe_transition>

    /// All lanes idle: zeros, and ε = 1, so that an empty lane costs no exceptional arithmetic.
    init(thresholds values: [Scalar]) {
        let (lanes, table) = (Self.lanes, Self.rows * Self.lanes)
        let total = Field.allCases.count * lanes + 3 * table
        let memory = UnsafeMutableRawPointer.allocate(byteCount: total * MemoryLayout<Scalar>.stride, alignment: 64)
        entries = memory.bindMemory(to: Scalar.self, capacity: total)
        entries.initialize(repeating: 0, count: total)
        rate = entries + Field.allCases.count * lanes
        correction = rate + table
        extra = correction + table
        squares = .allocate(capacity: lanes)
        squares.initialize(repeating: 0, count: lanes)
        thresholds = .allocate(capacity: values.count)
        _ = thresholds.initialize(from: values)
        below = .allocate(capacity: max(1, values.count * lanes))
        below.initialize(repeating: 0, count: max(1, values.count * lanes))
        transitions = .allocate(capacity: max(1, values.count * table))
        transitions.initialize(repeating: adamprobe_transition())
        for lane in 0..<lanes { self[.epsilon][lane] = 1 }
    }

    deinit {
        entries.deallocate()
        squares.deallocate()
        thresholds.deallocate()
        below.deallocate()
        transitions.deallocate()
    }

    subscript(field: Field) -> UnsafeMutablePointer<Scalar> { entries + field.rawValue * Self.lanes }

    /// Moves what `lane` of another block holds here, and leaves that one idle.
    func take(_ lane: Int, from other: VectorFields, lane source: Int) {
        for field in Field.allCases { self[field][lane] = other[field][source] }
        squares[lane] = other.squares[source]
        for threshold in thresholds.indices { below[threshold * Self.lanes + lane] = other.below[threshold * Self.lanes + source] }
        other.idle(source)
    }

    func idle(_ lane: Int) {
        for field in Field.allCases { self[field][lane] = field == .epsilon ? 1 : 0 }
    }
}
