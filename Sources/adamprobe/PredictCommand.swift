// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Foundation
import Optimizers
import Records
import Theory

/// `adamprobe predict`: the fate of a dead weight, from the laws alone.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Foretell the fate of a dead weight: when it passes a threshold, whether it comes back, or at which floor it stays.",
        discussion: """
            A dead weight has no data gradient; its gradient is λw. Steps count from its death. Without --steps the fate in the end is told.
            regime: zero (below the threshold), floor, notOnThisBudget, or divergence (a learning rate past the edge of an optimiser whose \
            denominator does not grow with the weight).

            Exit codes: 0 predicted, 1 no law covers the case (the reason is on standard error), 64 wrong usage.

            Example: adamprobe predict --optimizer adam --learning-rate 1e-3 --l2 5e-4 --weight 0.02 --second-moment 1e-6 --steps 93800 \
            --steps-per-epoch 938 --schedule step:25:0.5
            """)

    @OptionGroup var rule: RuleOptions
    @OptionGroup var schedule: ScheduleOptions

    @Option(help: "λ of the coupled L2 term (λ/2)‖w‖².") var l2: Double
    @Option(help: "w at the death.") var weight: Double
    @Option(help: "v at the death; AdaGrad's s, AdaMax's u.") var secondMoment = 0.0
    @Option(help: "m at the death, or the momentum buffer.") var firstMoment = 0.0
    @Option(help: "AMSGrad's largest v, centred RMSprop's mean gradient, Adadelta's mean square update.") var auxiliaryMoment: Double?
    @Option(help: "Optimiser steps made before: bias correction and schedule go on from there; no bias correction if left out.") var step: Int?
    @Option(help: "The budget in steps; without it, the fate in the end.") var steps: Int?
    @Option(help: "ξ: below it a weight counts as zero.") var threshold = 1e-15
    @Option(help: "Precision of the weights: float32 or float64.") var precision = DeadWeightForecast.Precision.float32
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if let step, step < 0 { throw ValidationError("--step is \(step), but must be at least 0") }
        if let steps, steps < 0 { throw ValidationError("--steps is \(steps), but must be at least 0") }
    }

    func run() throws {
        let theoryRule = try rule.rule()
        let rate = try schedule.learningRate(rule.learningRate ?? rule.optimizer.learningRate)
        let largest = rule.optimizer == .amsgrad ? secondMoment : 0
        let start = DeadWeight<Double>(
            weight: weight, firstMoment: firstMoment, secondMoment: secondMoment, auxiliary: auxiliaryMoment ?? largest,
            momentumProduct: step == 0 ? 1 : 0, step: step)
        func forecast(_ rule: DeadWeightRule, _ start: DeadWeight<Double>, l2: Double) throws -> DeadWeightForecast {
            try .predict(start, rule: rule, learningRate: rate, l2: l2, threshold: threshold, budget: steps, precision: precision)
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
            print(text(fate))
            for (name, other) in others { print("\(name) at the same learning rate and λ: \(summary(other))") }
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
        if let last = forecast.lastPassageStep { object["lastPassageStep"] = .integer(last) }
        if let bound = forecast.floorErrorBound { object["floorErrorBound"] = .number(bound) }
        if let note = forecast.roundingNote { object["roundingNote"] = .string(note) }
        return object
    }

    private func summary(_ forecast: DeadWeightForecast) -> String {
        let when = forecast.stepsToThreshold.map { String(format: ", passes %.3g after %.0f steps", threshold, $0) } ?? ""
        return forecast.regime.rawValue + when
    }

    private func text(_ forecast: DeadWeightForecast) -> String {
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
        if let revival = forecast.revivalStep { lines.append(String(format: "comes back above it at step %.0f", revival)) }
        if let last = forecast.lastPassageStep { lines.append("passes it for the last time at step \(last)") }
        if let floor = forecast.floorRMS { lines.append(String(format: "floor: rms %.3g, ± %.2g", floor, forecast.floorErrorBound ?? 0)) }
        if let radius = forecast.spectralRadius { lines.append(String(format: "envelope's factor per step in the end: %.6g", radius)) }
        if let note = forecast.roundingNote { lines.append("rounding: \(note)") }
        return lines.joined(separator: "\n")
    }
}

extension DeadWeightForecast.Precision: ExpressibleByArgument {}
