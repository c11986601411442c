// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// A GNU Scientific Library call that failed, with what it was given.
///
/// Thrown for every status other than `GSL_SUCCESS`, for a null pointer from an allocation (`GSL_ENOMEM`), and for a NaN from a function that
/// returns its value directly, since with the error handler off NaN is how such a function reports arguments outside its domain (`GSL_EDOM`).
public struct GSLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One argument of the call as it was passed.
    public struct Input: Equatable, Sendable {
        /// The argument's name.
        public let name: String
        /// Its value; counts are given as numbers too.
        public let value: Double

        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }

        public init(_ name: String, _ count: Int) {
            self.init(name, Double(count))
        }

        /// Equal names and equal values, where NaN equals NaN.
        public static func == (left: Input, right: Input) -> Bool {
            left.name == right.name && (left.value == right.value || (left.value.isNaN && right.value.isNaN))
        }
    }

    /// The C function, such as `gsl_cdf_ugaussian_Pinv`.
    public let function: String
    /// GSL's status, such as 1 for `GSL_EDOM`.
    public let code: Int
    /// GSL's own text for ``code`` (`gsl_strerror`).
    public let message: String
    /// The scalar arguments.
    public let inputs: [Input]

    init(function: String, status: Int32, inputs: [Input]) {
        self.function = function
        self.code = Int(status)
        self.message = String(cString: gsl_strerror(status))
        self.inputs = inputs
    }

    public var description: String {
        let arguments = inputs.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        return "\(function)(\(arguments)) failed: \(message) (GSL status \(code))"
    }
}
