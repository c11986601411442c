// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// The laws that every elementwise optimiser should obey, as a suite for a rule of one's own.
///
/// One line in a test target, whatever its test framework:
///
///     @Test func myRuleObeysTheLaws() throws { try OptimizerLaws.check(MyRule(), seed: 1) }
///
/// More laws are tried of a rule of which more is said (``RuleTraits``). What is found is printed with
///
///     print(OptimizerLaws.report(for: MyRule(), seed: 1))
///
/// A law that holds was not refuted by the cases tried; that is no proof. Cases come from named streams of the seed: same rule, same seed
/// and same number of cases, same report.
///
/// - Note: *Elementwise* is a hypothesis of the suite: rules that look at a whole tensor (LAMB, Adafactor, Muon) break
///   ``OptimizerLaw/elementwise`` and belong to another protocol than ``UpdateRule``.
public enum OptimizerLaws {
    /// Tries the laws and throws if one is broken.
    ///
    /// - Parameters:
    ///   - rule: the rule under test, with the hyper-parameters to test it at.
    ///   - traits: what is known of the rule beyond the protocol; laws that need more than that are skipped.
    ///   - seed: of all random cases.
    ///   - cases: random cases of each law; ≥ 1.
    ///   - laws: the laws to try.
    /// - Returns: the report, skipped laws and measurements in it.
    /// - Throws: ``BrokenLaws``, which prints the report.
    @discardableResult
    public static func check<Rule: UpdateRule>(
        _ rule: Rule, traits: RuleTraits<Rule>, seed: UInt64, cases: Int = 50, laws: [OptimizerLaw] = OptimizerLaw.allCases
    ) throws(BrokenLaws) -> LawReport {
        let report = report(for: rule, traits: traits, seed: seed, cases: cases, laws: laws)
        guard report.broken.isEmpty else { throw BrokenLaws(report: report) }
        return report
    }

    /// The same for a rule of which no more is known than the protocol says.
    @discardableResult
    public static func check(
        _ rule: any UpdateRule, seed: UInt64, cases: Int = 50, laws: [OptimizerLaw] = OptimizerLaw.allCases
    ) throws(BrokenLaws) -> LawReport {
        let report = report(for: rule, seed: seed, cases: cases, laws: laws)
        guard report.broken.isEmpty else { throw BrokenLaws(report: report) }
        return report
    }

    /// Tries the laws and says what was found; parameters as for ``check(_:seed:cases:laws:)``.
    public static func report(
        for rule: any UpdateRule, seed: UInt64, cases: Int = 50, laws: [OptimizerLaw] = OptimizerLaw.allCases
    ) -> LawReport {
        func opened<Rule: UpdateRule>(_ rule: Rule) -> LawReport {
            report(for: rule, traits: RuleTraits(), seed: seed, cases: cases, laws: laws)
        }
        return opened(rule)
    }

    /// Tries the laws and says what was found; parameters as for ``check(_:traits:seed:cases:laws:)``.
    public static func report<Rule: UpdateRule>(
        for rule: Rule, traits: RuleTraits<Rule>, seed: UInt64, cases: Int = 50, laws: [OptimizerLaw] = OptimizerLaw.allCases
    ) -> LawReport {
        precondition(cases >= 1, "a law needs at least one case")
        // Without sound declarations no state can be planned: nothing else is tried then.
        let unsound = Declarations.violation(rule)
        let results = laws.map { law -> LawResult in
            if let reason = traits.waived[law] { return LawResult(law, .skipped(reason: "waived: \(reason)")) }
            if law == .declarations { return single(law, unsound) }
            if unsound != nil { return LawResult(law, .skipped(reason: "the declarations are broken")) }
            return examine(law, rule, traits, seed: seed, cases: cases)
        }
        return LawReport(rule: "\(Rule.self) (\(Rule.name))", seed: seed, cases: cases, results: results)
    }

    private static func examine<Rule: UpdateRule>(
        _ law: OptimizerLaw, _ rule: Rule, _ traits: RuleTraits<Rule>, seed: UInt64, cases: Int
    ) -> LawResult {
        switch law {
        case .declarations:
            return single(law, Declarations.violation(rule))
        case .validation:
            guard !traits.hyperParameters.isEmpty else { return LawResult(law, .skipped(reason: "no hyper-parameters were declared")) }
            return single(law, Declarations.acceptedNonsense(rule, traits.hyperParameters))
        case .determinism: return Determinism(rule: rule).examine(seed: seed, cases: cases)
        case .elementwise: return Elementwise(rule: rule).examine(seed: seed, cases: cases)
        case .stateRoundTrip: return StateRoundTrip(rule: rule).examine(seed: seed, cases: cases)
        case .signSymmetry: return SignSymmetry(rule: rule).examine(seed: seed, cases: cases)
        case .coupledL2: return CoupledGradient(rule: rule).examine(seed: seed, cases: cases)
        case .rest: return Rest(rule: rule).examine(seed: seed, cases: cases)
        case .precisionAgreement: return PrecisionAgreement(rule: rule).examine(seed: seed, cases: cases)
        case .finiteness: return Finiteness(rule: rule).examine(seed: seed, cases: cases)
        case .moments:
            let law = MomentReadings(rule: rule)
            guard law.isReported else { return LawResult(.moments, .skipped(reason: "readMoments reports no numerator and denominator")) }
            return law.examine(seed: seed, cases: cases)
        case .weightScaling: return WeightScaling(rule: rule).examine(seed: seed, cases: cases)
        case .gradientScaling:
            guard let scaling = traits.gradientScaling else { return LawResult(law, .skipped(reason: "no gradient scaling was declared")) }
            let rescaled: (Double) -> any UpdateRule = { c in
                var changed = rule
                scaling.rescale(&changed, c)
                return changed
            }
            return GradientUnits(rule: rule, degree: scaling.degree, rescaled: rescaled).examine(seed: seed, cases: cases)
        case .stepBound: return StepBoundMeasurement(rule: rule, declared: traits.stepBound).examine(seed: seed)
        case .deadWeight: return DeadWeightMeasurement(rule: rule).examine(seed: seed)
        }
    }

    /// The result of one check that is no random case.
    private static func single(_ law: OptimizerLaw, _ finding: String?) -> LawResult {
        LawResult(law, finding.map { .broken(Counterexample(finding: $0, trial: nil)) } ?? .held, tried: 1)
    }
}
