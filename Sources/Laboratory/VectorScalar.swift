// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Theory

/// A format that the vector loops know: the parts of a C block that differ by type.
protocol VectorScalar: RecursionScalar {
    associatedtype Flag: FixedWidthInteger
    /// The C block over the given memory.
    associatedtype Block
    static func block(_ fields: VectorFields<Self>, rule: VectorRule) -> Block
    /// Makes up to `rows` steps under `pace`.
    static func advance(_ block: inout Block, rows: Int, pace: VectorPace) -> adamprobe_advance
}

/// How a stretch of steps is made: what the C block holds besides memory and rule.
struct VectorPace {
    /// Entries from one row of coefficients to the next; 0 for one row that serves all.
    var stride: Int
    var corrects: Bool
    var sums: Bool
    var tracks: Bool
}

extension Float: VectorScalar {
    typealias Flag = Int32

    static func block(_ fields: VectorFields<Float>, rule: VectorRule) -> adamprobe_dead_weights_f32 {
        adamprobe_dead_weights_f32(
            weight: fields[.weight], first: fields[.firstMoment], second: fields[.secondMoment], auxiliary: fields[.auxiliary],
            l2: fields[.l2], lerp: fields[.lerp], decay1: fields[.decay1], gain1: fields[.gain1], decay2: fields[.decay2],
            gain2: fields[.gain2], epsilon: fields[.epsilon], rate: fields.rate, correction: fields.correction, extra: fields.extra,
            stride: 0, squares: fields.squares, largest: fields[.largest], thresholds: fields.thresholds.count,
            threshold: fields.thresholds.baseAddress, below: fields.below, transitions: fields.transitions.baseAddress,
            capacity: fields.transitions.count, rule: rule.rule, variant: rule.variant, corrects: 0, sums: 0, tracks: 0)
    }

    static func advance(_ block: inout adamprobe_dead_weights_f32, rows: Int, pace: VectorPace) -> adamprobe_advance {
        (block.stride, block.corrects, block.sums, block.tracks) = (pace.stride, pace.corrects ? 1 : 0, pace.sums ? 1 : 0, pace.tracks ? 1 : 0)
        return adamprobe_advance_dead_weights_f32(&block, rows)
    }
}

extension Double: VectorScalar {
    typealias Flag = Int64

    static func block(_ fields: VectorFields<Double>, rule: VectorRule) -> adamprobe_dead_weights_f64 {
        adamprobe_dead_weights_f64(
            weight: fields[.weight], first: fields[.firstMoment], second: fields[.secondMoment], auxiliary: fields[.auxiliary],
            l2: fields[.l2], lerp: fields[.lerp], decay1: fields[.decay1], gain1: fields[.gain1], decay2: fields[.decay2],
            gain2: fields[.gain2], epsilon: fields[.epsilon], rate: fields.rate, correction: fields.correction, extra: fields.extra,
            stride: 0, squares: fields.squares, largest: fields[.largest], thresholds: fields.thresholds.count,
            threshold: fields.thresholds.baseAddress, below: fields.below, transitions: fields.transitions.baseAddress,
            capacity: fields.transitions.count, rule: rule.rule, variant: rule.variant, corrects: 0, sums: 0, tracks: 0)
    }

    static func advance(_ block: inout adamprobe_dead_weights_f64, rows: Int, pace: VectorPace) -> adamprobe_advance {
        (block.stride, block.corrects, block.sums, block.tracks) = (pace.stride, pace.corrects ? 1 : 0, pace.sums ? 1 : 0, pace.tracks ? 1 : 0)
        return adamprobe_advance_dead_weights_f64(&block, rows)
    }
}
