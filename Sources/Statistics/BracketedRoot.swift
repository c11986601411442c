// SPDX-License-Identifier: GPL-3.0-or-later
// GSL's table of methods is made of C variables that nothing writes.
@preconcurrency internal import CGSL

/// The zero of a continuous function between two points at which its signs differ, by Brent's method.
public enum BracketedRoot {
    /// More rounds than bisection alone would need for any range of doubles that shrinks by its relative tolerance.
    private static let roundLimit = 2_200

    /// A point within relative ± absolute tolerance of a zero of `function`: |upper − lower| < absolute + relative·min(|lower|, |upper|) at the end
    /// (without the relative term where the bracket holds 0), or the function is exactly 0.
    ///
    /// - Parameter relativeTolerance: by default four units in the last place: about as near as doubles can tell.
    /// - Throws: ``GSLError`` (`GSL_EINVAL`) if the signs at the ends don't differ, or (`GSL_EBADFUNC`) if a value isn't finite; ``StatisticsError`` for a
    ///   range or tolerance that is not valid; whatever `function` throws.
    public static func find(
        in range: ClosedRange<Double>, absoluteTolerance: Double = 0, relativeTolerance: Double = 4 * .ulpOfOne, _ function: (Double) throws -> Double
    ) throws -> Double {
        guard range.lowerBound.isFinite, range.upperBound.isFinite else {
            throw StatisticsError.invalidValue(of: "bracket", index: nil, found: "\(range)", accepted: "finite ends")
        }
        guard absoluteTolerance >= 0, relativeTolerance >= 4 * .ulpOfOne, relativeTolerance.isFinite, absoluteTolerance.isFinite else {
            throw StatisticsError.invalidValue(
                of: "tolerance", index: nil, found: "absolute \(absoluteTolerance), relative \(relativeTolerance)",
                accepted: "finite, absolute not negative, relative at least \(4 * Double.ulpOfOne)")
        }
        let ends: [GSLError.Input] = [.init("x_lower", range.lowerBound), .init("x_upper", range.upperBound)]
        let solver = try GSLCall.allocation("gsl_root_fsolver_alloc", []) { gsl_root_fsolver_alloc(gsl_root_fsolver_brent) }
        defer { GSLCall.total { gsl_root_fsolver_free(solver) } }

        return try withoutActuallyEscaping(function) { function in
            let callback = ScalarCallback(function)
            var target = gsl_function(
                function: { x, context in
                    context.map { Unmanaged<ScalarCallback>.fromOpaque($0).takeUnretainedValue().value(at: x) } ?? .nan
                },
                params: Unmanaged.passUnretained(callback).toOpaque())
            return try withUnsafeMutablePointer(to: &target) { target in
                try withExtendedLifetime(callback) {
                    func check(_ name: String, _ call: () -> Int32) throws {
                        let status = GSLCall.total(call)
                        if let error = callback.error { throw error }
                        try GSLCall.status(name, ends) { status }
                    }
                    try check("gsl_root_fsolver_set") { gsl_root_fsolver_set(solver, target, range.lowerBound, range.upperBound) }
                    for _ in 0..<roundLimit {
                        try check("gsl_root_fsolver_iterate") { gsl_root_fsolver_iterate(solver) }
                        let status = GSLCall.total {
                            gsl_root_test_interval(
                                gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver), absoluteTolerance, relativeTolerance)
                        }
                        if status != GSL_CONTINUE {
                            try GSLCall.status("gsl_root_test_interval", ends) { status }
                            return GSLCall.total { gsl_root_fsolver_root(solver) }
                        }
                    }
                    throw GSLError(function: "gsl_root_fsolver_iterate", status: Int32(GSL_EMAXITER), inputs: ends)
                }
            }
        }
    }
}

/// A Swift function on its way through C, and the error that it threw there.
private final class ScalarCallback {
    private let function: (Double) throws -> Double
    private(set) var error: (any Error)?

    init(_ function: @escaping (Double) throws -> Double) {
        self.function = function
    }

    func value(at x: Double) -> Double {
        guard error == nil else { return .nan }
        do {
            return try function(x)
        } catch {
            self.error = error
            return .nan
        }
    }
}
