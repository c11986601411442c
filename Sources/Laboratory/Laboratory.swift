// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Foundation
import Networks
import Optimizers
import Theory

/// What makes a laboratory's steps.
public enum LaboratoryEngine: Sendable {
    /// Vector loops over many cases at once: the same bits as the exact recursion. Float80 goes through the exact recursion.
    case vector
    /// The theory's own recursion, one case at a time: ``ExactRecursion`` (B0).
    case exactRecursion
    /// An update rule under test, made for each case's rule and α of its first step; α after the schedule and λ are handed to each update.
    /// Float32 and float64 only. A weight without step count is planted at step 2⁵⁰, where no bias correction is left.
    case optimizer(@Sendable (_ rule: DeadWeightRule, _ learningRate: Double) throws -> any UpdateRule)
}

/// The dead-weight laboratory: bulk simulation of isolated weights without data gradient, g = λw (theory notes B).
///
/// Every case is independent of all others: an outcome does not depend on which cases run beside it, nor on the number of threads.
///
/// *Flush-to-zero*: with it, the rounding of the start and every step are made with subnormal operands and results read as 0, on threads whose state
/// is restored afterwards. The x87 unit has no such control, so float80 takes none.
public struct Laboratory: Sendable {
    /// A case that stops after its passages does so at a multiple of this many steps.
    public static let stoppingInterval = 1024
    /// Most steps of a run.
    public static let stepLimit = Int(Int32.max) - 1

    public let arithmetic: Arithmetic
    public let flushesSubnormals: Bool
    public let threads: Int
    public let engine: LaboratoryEngine

    /// - Parameters:
    ///   - threads: most threads that work at once, ≥ 1; all cores by default.
    ///   - engine: ``LaboratoryEngine/vector`` by default.
    public init(
        arithmetic: Arithmetic, flushesSubnormals: Bool = false, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        engine: LaboratoryEngine = .vector
    ) {
        self.arithmetic = arithmetic
        self.flushesSubnormals = flushesSubnormals
        self.threads = threads
        self.engine = engine
    }

    /// Runs every case for `steps` steps, or until it stops, and returns their outcomes in the same order.
    ///
    /// - Parameter progress: called with the number of finished cases, rising, one call at a time, from any of the threads.
    /// - Throws: ``LaboratoryError``; for an update rule under test, also what making or planting it throws.
    public func run(
        _ cases: [LaboratoryCase], steps: Int, measuring measurement: LaboratoryMeasurement, progress: ((Int) -> Void)? = nil
    ) throws -> [LaboratoryOutcome] {
        try validate(cases, steps: steps, measurement)
        let state = FloatingPointState(flushesSubnormals: flushesSubnormals)
        let tasks = plan(cases)
        let collected = OutcomeCollection(count: cases.count, progress: progress)
        let queue = TaskQueue(count: tasks.count)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, tasks.count))) { _ in
            state.run {
                while !collected.hasFailed, let task = queue.next() {
                    do {
                        try work(on: tasks[task], of: cases, steps: steps, measurement, collected)
                    } catch {
                        collected.fail(error)
                    }
                }
            }
        }
        return try collected.outcomes()
    }

    /// Work for one thread at a time.
    private struct Portion {
        var indices: [Int]
        /// The vector loop, or nil for one case at a time.
        var vectorRule: VectorRule?
    }

    /// Cases that a thread takes at once: enough to close up blocks as cases stop, few enough to share out.
    private static let portionSize = 4 * VectorFields<Float>.lanes

    /// Splits the cases, in their order, into portions of one vector rule.
    private func plan(_ cases: [LaboratoryCase]) -> [Portion] {
        guard case .vector = engine, arithmetic != .float80 else { return cases.indices.map { Portion(indices: [$0]) } }
        var (open, full): ([VectorRule: [Int]], [Portion]) = ([:], [])
        for (index, laboratoryCase) in cases.enumerated() {
            let rule = VectorRule(laboratoryCase.rule)
            open[rule, default: []].append(index)
            if open[rule]!.count == Self.portionSize { full.append(Portion(indices: open.removeValue(forKey: rule)!, vectorRule: rule)) }
        }
        return full + open.map { Portion(indices: $1, vectorRule: $0) }
    }

    private func work(
        on portion: Portion, of cases: [LaboratoryCase], steps: Int, _ measurement: LaboratoryMeasurement, _ collected: OutcomeCollection
    ) throws {
        if let rule = portion.vectorRule {
            let entries = portion.indices.map { ($0, cases[$0]) }
            if arithmetic == .float32 {
                runVector(entries, Float.self, rule, steps: steps, measurement, collected)
            } else {
                runVector(entries, Double.self, rule, steps: steps, measurement, collected)
            }
        } else {
            for index in portion.indices { collected.add(try runOne(cases[index], steps: steps, measurement), at: index) }
        }
    }

    /// Advances a portion block by block; where cases stop, all blocks together, so that the last ones close up.
    private func runVector<Scalar: VectorScalar>(
        _ entries: [(index: Int, case: LaboratoryCase)], _: Scalar.Type, _ rule: VectorRule, steps: Int, _ measurement: LaboratoryMeasurement,
        _ collected: OutcomeCollection
    ) {
        let lanes = VectorFields<Scalar>.lanes
        var blocks = stride(from: 0, to: entries.count, by: lanes).map {
            VectorBlock<Scalar>(
                Array(entries[$0..<min($0 + lanes, entries.count)]), rule: rule, measuring: measurement, flushesSubnormals: flushesSubnormals)
        }
        guard measurement.stopsAfterPassage else {
            for block in blocks {
                block.advance(to: steps)
                block.finish(everyCase: true) { collected.add($1, at: $0) }
            }
            return
        }
        var state = 0
        while !blocks.isEmpty {
            let ends = state == steps
            for block in blocks { block.finish(everyCase: ends) { collected.add($1, at: $0) } }
            blocks.removeAll { $0.count == 0 }
            while blocks.count > 1, blocks.reduce(0, { $0 + $1.count }) <= (blocks.count - 1) * lanes, let last = blocks.popLast() {
                for block in blocks { block.take(from: last) }
            }
            state = min(steps, state + Self.stoppingInterval)
            for block in blocks { block.advance(to: state) }
        }
    }

    private func runOne(_ laboratoryCase: LaboratoryCase, steps: Int, _ measurement: LaboratoryMeasurement) throws -> LaboratoryOutcome {
        if case .optimizer(let make) = engine {
            let rule = try make(laboratoryCase.rule, laboratoryCase.learningRate[laboratoryCase.weight.step ?? 0])
            return arithmetic == .float32
                ? try laboratoryCase.run(rule, Float.self, steps: steps, measuring: measurement, flushesSubnormals: flushesSubnormals)
                : try laboratoryCase.run(rule, Double.self, steps: steps, measuring: measurement, flushesSubnormals: flushesSubnormals)
        }
        switch arithmetic {
        case .float32:
            return try laboratoryCase.runExactRecursion(
                Float.self, steps: steps, measuring: measurement, flushesSubnormals: flushesSubnormals)
        case .float64:
            return try laboratoryCase.runExactRecursion(
                Double.self, steps: steps, measuring: measurement, flushesSubnormals: flushesSubnormals)
        case .float80:
            #if arch(x86_64) || arch(i386)
                return try laboratoryCase.runExactRecursion(Float80.self, steps: steps, measuring: measurement)
            #else
                throw LaboratoryError.unavailable("float80", accepted: "float32, float64")
            #endif
        }
    }

    private func validate(_ cases: [LaboratoryCase], steps: Int, _ measurement: LaboratoryMeasurement) throws(LaboratoryError) {
        try measurement.validate()
        guard steps >= 0, steps <= Self.stepLimit else {
            throw .invalid(quantity: "number of steps", found: Double(steps), accepted: "0…\(Self.stepLimit)")
        }
        guard threads >= 1 else { throw .invalid(quantity: "number of threads", found: Double(threads), accepted: "≥ 1") }
        if arithmetic == .float80 {
            guard arithmetic.isAvailable else { throw .unavailable("float80", accepted: "float32, float64") }
            if flushesSubnormals { throw .unavailable("flush-to-zero in float80", accepted: "float32 and float64 with flush-to-zero") }
            if case .optimizer = engine { throw .unavailable("an optimiser in float80", accepted: "float32, float64") }
        }
        for (index, laboratoryCase) in cases.enumerated() {
            do throws(LawError) {
                _ = try ExactRecursion(
                    laboratoryCase.weight, rule: laboratoryCase.rule, learningRate: laboratoryCase.learningRate, l2: laboratoryCase.l2)
            } catch {
                throw .invalidCase(index: index, reason: error.description)
            }
        }
    }
}
