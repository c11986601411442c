// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// The only door to GSL: every call of this room goes through one of these functions.
///
/// GSL's default error handler aborts the process. It is switched off once, before the first call, by a lazily initialised global, which Swift
/// initialises exactly once whatever the number of threads.
enum GSLCall {
    private static let errorHandlerIsOff: Bool = {
        _ = gsl_set_error_handler_off()
        return true
    }()

    /// Calls a GSL function that cannot fail for its arguments; the caller says why in a comment.
    @inline(__always)
    static func total<Result>(_ call: () throws -> Result) rethrows -> Result {
        _ = errorHandlerIsOff
        return try call()
    }

    /// Calls a function that returns its value directly.
    /// - Throws: ``GSLError`` with `GSL_EDOM` if the value is NaN.
    static func value(
        _ function: String, _ inputs: @autoclosure () -> [GSLError.Input], _ call: () -> Double
    ) throws(GSLError) -> Double {
        let value = total(call)
        guard !value.isNaN else {
            throw GSLError(function: function, status: Int32(GSL_EDOM), inputs: inputs())
        }
        return value
    }

    /// Calls a function that returns a status.
    /// - Throws: ``GSLError`` for any status but `GSL_SUCCESS`.
    static func status(
        _ function: String, _ inputs: @autoclosure () -> [GSLError.Input], _ call: () -> Int32
    ) throws(GSLError) {
        let status = total(call)
        guard status == GSL_SUCCESS else {
            throw GSLError(function: function, status: status, inputs: inputs())
        }
    }

    /// Calls a function that allocates.
    /// - Throws: ``GSLError`` with `GSL_ENOMEM` for a null pointer.
    static func allocation<Pointee>(
        _ function: String, _ inputs: @autoclosure () -> [GSLError.Input], _ call: () -> UnsafeMutablePointer<Pointee>?
    ) throws(GSLError) -> UnsafeMutablePointer<Pointee> {
        guard let pointer = total(call) else {
            throw GSLError(function: function, status: Int32(GSL_ENOMEM), inputs: inputs())
        }
        return pointer
    }
}
