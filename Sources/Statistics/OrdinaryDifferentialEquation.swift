// SPDX-License-Identifier: GPL-3.0-or-later
// GSL's table of methods is made of C variables that nothing writes.
@preconcurrency internal import CGSL

/// The initial value problem y′ = f(t, y), integrated by GSL with adaptive steps.
public struct OrdinaryDifferentialEquation {
    /// How a step is taken.
    public enum Method: Sendable, Equatable {
        /// Runge–Kutta–Fehlberg, order 4 with error of order 5: robust, and the more accurate one at the same tolerances.
        case rungeKuttaFehlberg45
        /// Adams–Bashforth–Moulton of variable order up to 12, for an independent second solution: on a rotation through 10 radians at the default
        /// tolerances its error is 1e-8, after 700 steps, where Runge–Kutta–Fehlberg's is 2e-10 after 400.
        case adams
    }

    /// f: takes t and y, returns y′ with as many components as y.
    private let derivative: (Double, [Double]) throws -> [Double]
    /// How a step is taken.
    public let method: Method
    /// Allowed local error of a component per step: absoluteTolerance + relativeTolerance·|y|.
    public let absoluteTolerance: Double
    /// See ``absoluteTolerance``.
    public let relativeTolerance: Double
    /// Steps allowed between two of the times asked for.
    public let stepLimit: Int

    public init(
        method: Method = .rungeKuttaFehlberg45, absoluteTolerance: Double = 1e-12, relativeTolerance: Double = 1e-10, stepLimit: Int = 1_000_000,
        derivative: @escaping (_ t: Double, _ y: [Double]) throws -> [Double]
    ) {
        self.derivative = derivative
        self.method = method
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.stepLimit = stepLimit
    }

    /// y at each of `times`, strictly ascending or descending from `start` on.
    ///
    /// - Throws: ``StatisticsError`` for an empty or non-finite y, tolerances, limits or times that are not valid, or an f with the wrong number of components; ``GSLError`` where
    ///   the step limit is reached (`GSL_EMAXITER`) or f is no longer finite (`GSL_EBADFUNC`, or what the stepper says); whatever f throws.
    public func solve(from start: Double, _ initial: [Double], at times: [Double]) throws -> [[Double]] {
        try check(start, initial, times)
        guard let first = times.first else { return [] }
        let callback = SystemCallback(derivative, dimension: initial.count)
        var system = gsl_odeiv2_system(
            function: { t, y, dydt, context in
                guard let y, let dydt, let context else { return Int32(GSL_EFAULT) }
                return Unmanaged<SystemCallback>.fromOpaque(context).takeUnretainedValue().evaluate(t, y, dydt)
            },
            jacobian: nil, dimension: initial.count, params: Unmanaged.passUnretained(callback).toOpaque())
        return try withUnsafeMutablePointer(to: &system) { system in
            try withExtendedLifetime(callback) {
                let inputs: [GSLError.Input] = [.init("epsabs", absoluteTolerance), .init("epsrel", relativeTolerance)]
                let driver = try GSLCall.allocation("gsl_odeiv2_driver_alloc_y_new", inputs) {
                    gsl_odeiv2_driver_alloc_y_new(system, stepper, (first - start) * 1e-3, absoluteTolerance, relativeTolerance)
                }
                defer { GSLCall.total { gsl_odeiv2_driver_free(driver) } }
                try GSLCall.status("gsl_odeiv2_driver_set_nmax", [.init("nmax", stepLimit)]) {
                    gsl_odeiv2_driver_set_nmax(driver, UInt(stepLimit))
                }
                var (t, y) = (start, initial)
                return try times.map { target in
                    let status = GSLCall.total { gsl_odeiv2_driver_apply(driver, &t, target, &y) }
                    if let error = callback.error { throw error }
                    try GSLCall.status("gsl_odeiv2_driver_apply", [.init("t", t), .init("t1", target)]) { status }
                    return y
                }
            }
        }
    }

    private var stepper: UnsafePointer<gsl_odeiv2_step_type>? {
        switch method {
        case .rungeKuttaFehlberg45: gsl_odeiv2_step_rkf45
        case .adams: gsl_odeiv2_step_msadams
        }
    }

    private func check(_ start: Double, _ initial: [Double], _ times: [Double]) throws(StatisticsError) {
        try requireCount(initial.count, atLeast: 1, "components of y")
        try requireFinite(initial, "y")
        try requireFinite([start] + times, "t")
        guard absoluteTolerance >= 0, relativeTolerance >= 0, absoluteTolerance + relativeTolerance > 0, stepLimit > 0 else {
            throw .invalidValue(
                of: "tolerance or step limit", index: nil, found: "\(absoluteTolerance), \(relativeTolerance), \(stepLimit)",
                accepted: "tolerances not negative and not both 0, a positive limit")
        }
        let steps = zip(times, [start] + times).map { $0 - $1 }
        if let index = steps.firstIndex(where: { $0 == 0 || ($0 > 0) != (steps[0] > 0) }) {
            throw .invalidValue(of: "times", index: index, found: "\(times[index])", accepted: "strictly ascending or descending times from \(start)")
        }
    }
}

/// f on its way through C, and the error that it threw there.
private final class SystemCallback {
    private let derivative: (Double, [Double]) throws -> [Double]
    private let dimension: Int
    private(set) var error: (any Error)?

    init(_ derivative: @escaping (Double, [Double]) throws -> [Double], dimension: Int) {
        self.derivative = derivative
        self.dimension = dimension
    }

    func evaluate(_ t: Double, _ y: UnsafePointer<Double>, _ dydt: UnsafeMutablePointer<Double>) -> Int32 {
        do {
            let values = try derivative(t, Array(UnsafeBufferPointer(start: y, count: dimension)))
            guard values.count == dimension else {
                throw StatisticsError.lengthMismatch("y′", count: values.count, "y", otherCount: dimension)
            }
            guard values.allSatisfy(\.isFinite) else { return Int32(GSL_EBADFUNC) }
            dydt.update(from: values, count: dimension)
            return Int32(GSL_SUCCESS)
        } catch {
            self.error = error
            return Int32(GSL_EBADFUNC)  // Makes the driver stop at once.
        }
    }
}
