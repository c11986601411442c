// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Foundation
import Optimizers
import Records
import Theory

/// `adamprobe predict`: the fate of a dead weight, or of the nodes of a run or a model, from the laws alone.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Foretell the fate of a dead weight: when it passes a threshold, whether it comes back, or at which floor it stays.",
        discussion: """
            A dead weight has no data gradient; its gradient is λw. Steps count from its death. Without --steps the fate in the end is told.
            regime: zero (below the threshold), floor (floorRMS is null where no law gives its size, and floorNote says why), notOnThisBudget, or \
            divergence (a learning rate past the edge of SGD, with momentum or without, or of Adadelta, whose denominator does not grow with the weight).

            --from RUN foretells every dead node of a run directory from its state at death, by the exact recursion and by the adiabatic law, and \
            compares with the run's ledger; --steps then is a budget beyond the run's end.

            --from MODEL.safetensors [STATE.safetensors] takes a model trained elsewhere, in PyTorch's names, with its optimiser's states, and \
            tells which hidden nodes are dead - by certificate (--box, --batch) or on data (--data) - and what becomes of those. ReLU is \
            assumed between dense layers. In PyTorch, for model = torch.nn.Sequential(...) and optimizer = torch.optim.Adam(...):

            \(ModelPrediction.recipe)

            Exit codes: 0 predicted, 1 no law covers the case or a file is not understood (the reason is on standard error), 64 wrong usage.

            Examples:
            adamprobe predict --optimizer adam --learning-rate 1e-3 --l2 5e-4 --weight 0.02 --second-moment 1e-6 --steps 93800 \
            --steps-per-epoch 938 --schedule step:25:0.5
            adamprobe predict --from runs/adamprobe --out forecasts.csv
            adamprobe predict --from model.safetensors state.safetensors --l2 5e-4 --learning-rate 1e-3 --data digits --batch 64
            """)

    @OptionGroup var rule: RuleOptions
    @OptionGroup var schedule: ScheduleOptions
    @OptionGroup var source: SourceOptions

    @Option(parsing: .unconditional, help: "λ of the coupled L2 term (λ/2)‖w‖²; of the weights, for a model.") var l2: Double?
    @Option(parsing: .unconditional, help: "w at the death.") var weight: Double?
    @Option(parsing: .unconditional, help: "v at the death; AdaGrad's s, AdaMax's u; 0 if left out.") var secondMoment: Double?
    @Option(parsing: .unconditional, help: "m at the death, or the momentum buffer; 0 if left out.") var firstMoment: Double?
    @Option(parsing: .unconditional, help: "AMSGrad's largest v, centred RMSprop's mean gradient, Adadelta's mean square update.")
    var auxiliaryMoment: Double?
    @Option(
        parsing: .unconditional, help: "Optimiser steps made before: bias correction and schedule go on from there; no bias correction if left out.")
    var step: Int?
    @Option(
        parsing: .unconditional,
        help: "The budget in steps; without it, the fate in the end. With --from, the steps beyond a run's end (0) or a model's state (100000).")
    var steps: Int?
    @Option(parsing: .unconditional, help: "ξ: below it a weight, or a node's norm, counts as zero; 1e-15 if left out. A run has its own.")
    var threshold: Double?
    @Option(help: "Precision of the weights: float32 or float64; float32 if left out. A run or a model has its own.")
    var precision: DeadWeightForecast.Precision?
    @Flag(help: "Print JSON.") var json = false

    /// Options that describe a single weight.
    private var weightOptions: [String] {
        [
            ("--weight", weight != nil), ("--second-moment", secondMoment != nil), ("--first-moment", firstMoment != nil),
            ("--auxiliary-moment", auxiliaryMoment != nil), ("--step", step != nil), ("--precision", precision != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        if let step, step < 0 { throw ValidationError("--step is \(step), but must be at least 0") }
        if let steps, steps < 0 { throw ValidationError("--steps is \(steps), but must be at least 0") }
        func refuse(_ options: [String], _ reason: String) throws {
            if !options.isEmpty { throw ValidationError("\(options.joined(separator: ", ")): \(reason)") }
        }
        switch source.kind {
        case .weight:
            try refuse(source.given, "only with --from")
            if l2 == nil || weight == nil { throw ValidationError("--l2 and --weight are needed, or --from a run or a model") }
        case .run:
            try refuse(weightOptions, "not with --from, whose nodes have their own")
            let decided = rule.given + (l2 == nil ? [] : ["--l2"]) + (threshold == nil ? [] : ["--threshold"])
            try refuse(decided + (schedule.schedule == nil ? [] : ["--schedule"]), "not with a run, whose manifest has it")
            try refuse(source.modelOptions, "only with a model, a .safetensors file")
        case .model:
            try refuse(weightOptions, "not with --from, whose nodes have their own")
            if l2 == nil { throw ValidationError("--l2 is needed: a model's file does not hold λ") }
        }
    }

    func run() throws {
        switch source.kind {
        case .weight:
            do {
                try predictWeight()
            } catch LawError.invalid(let quantity, let found, let accepted) {
                throw ValidationError("\(LawError.invalid(quantity: quantity, found: found, accepted: accepted))")
            }
        case .run(let run): try RunPrediction(run: run, source: source, extraSteps: steps ?? 0).report(json: json)
        case .model(let model, let states):
            let rate = try schedule.learningRate(rule.initialRate)
            try ModelPrediction(
                model: model, states: states, source: source, rule: try rule.rule(), learningRate: rate, l2: l2 ?? 0,
                threshold: threshold ?? Self.usualThreshold, steps: steps ?? ModelPrediction.usualSteps
            ).report(json: json)
        }
    }

    private static let usualThreshold = 1e-15

    private func predictWeight() throws {
        let (l2, weight, secondMoment) = (l2 ?? 0, weight ?? 0, secondMoment ?? 0)
        let theoryRule = try rule.rule()
        let rate = try schedule.learningRate(rule.initialRate)
        let largest = rule.chosen == .amsgrad ? secondMoment : 0
        let start = DeadWeight<Double>(
            weight: weight, firstMoment: firstMoment ?? 0, secondMoment: secondMoment, auxiliary: auxiliaryMoment ?? largest,
            momentumProduct: step == 0 ? 1 : 0, step: step)
        let threshold = threshold ?? Self.usualThreshold
        func forecast(_ rule: DeadWeightRule, _ start: DeadWeight<Double>, l2: Double) throws -> DeadWeightForecast {
            try .predict(
                start, rule: rule, learningRate: rate, l2: l2, threshold: threshold, budget: steps, precision: precision ?? .float32)
        }
        let fate = try forecast(theoryRule, start, l2: l2)
        // The same weight without memory: plain SGD, and AdamW's decoupled decay with λ for ω.
        let rest = DeadWeight<Double>(weight: weight, secondMoment: secondMoment, step: step)
        let others = [
            ("sgd", try forecast(.gradientDescent, rest, l2: l2)), ("adamw", try forecast(.adamW(decay: l2), rest, l2: 0)),
        ]
        if json {
            var object = Self.json(fate)
            object["onTheSameBudget"] = .object(JSONObject(others.map { ($0, .object(Self.json($1))) }))
            print(JSONValue.object(object).serialized(.pretty))
        } else {
            print(text(fate, threshold))
            for (name, other) in others { print("\(name) at the same learning rate and λ: \(summary(other, threshold))") }
        }
    }

    private static func json(_ forecast: DeadWeightForecast) -> JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        func count(_ value: Double?) -> JSONValue { value.map { .integer(Int($0.rounded())) } ?? .null }
        var object: JSONObject = [
            "regime": .string(forecast.regime.rawValue), "effectiveDecayLimit": number(forecast.effectiveDecayLimit),
            "stabilityThreshold": number(forecast.stabilityThreshold), "stepsToThreshold": count(forecast.stepsToThreshold),
            "revivalStep": count(forecast.revivalStep), "floorRMS": number(forecast.floorRMS),
            "spectralRadius": number(forecast.spectralRadius), "errorBound": number(forecast.errorBound),
        ]
        if let bound = forecast.revivalErrorBound { object["revivalErrorBound"] = .number(bound) }
        if let last = forecast.lastPassageStep { object["lastPassageStep"] = .integer(last) }
        if let bound = forecast.floorErrorBound { object["floorErrorBound"] = .number(bound) }
        if let note = forecast.floorNote { object["floorNote"] = .string(note) }
        if let note = forecast.roundingNote { object["roundingNote"] = .string(note) }
        return object
    }

    private func summary(_ forecast: DeadWeightForecast, _ threshold: Double) -> String {
        let when = forecast.stepsToThreshold.map { String(format: ", passes %.3g after %.0f steps", threshold, $0) } ?? ""
        return forecast.regime.rawValue + when
    }

    private func text(_ forecast: DeadWeightForecast, _ threshold: Double) -> String {
        var lines = ["regime: \(forecast.regime.rawValue)" + (steps.map { " after \($0) steps" } ?? " in the end")]
        if let limit = forecast.effectiveDecayLimit, let edge = forecast.stabilityThreshold {
            let side = limit < edge ? "zero attracts" : "zero does not attract"
            lines.append(String(format: "effective decay's limit %.5g against the edge %.5g: %@", limit, edge, side))
        }
        if let passage = forecast.stepsToThreshold {
            lines.append(String(format: "passes %.3g after %.0f steps, ± %.0f", threshold, passage, forecast.errorBound ?? 0))
        } else {
            lines.append(String(format: "does not pass %.3g in the steps followed", threshold))
        }
        if let revival = forecast.revivalStep {
            lines.append(String(format: "comes back above it at step %.0f, ± %.0f", revival, forecast.revivalErrorBound ?? 0))
        }
        if let last = forecast.lastPassageStep { lines.append("passes it for the last time at step \(last)") }
        if let floor = forecast.floorRMS { lines.append(String(format: "floor: rms %.3g, ± %.2g", floor, forecast.floorErrorBound ?? 0)) }
        if let note = forecast.floorNote { lines.append("floor: of unknown size; \(note)") }
        if let radius = forecast.spectralRadius { lines.append(String(format: "envelope's factor per step in the end: %.6g", radius)) }
        if let note = forecast.roundingNote { lines.append("rounding: \(note)") }
        return lines.joined(separator: "\n")
    }
}

extension DeadWeightForecast.Precision: ExpressibleByArgument {}
