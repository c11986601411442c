// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension JSONValue {
    /// Reads a JSON file.
    /// - Throws: `RecordsError`: `.unreadable`, and as `init(parsing:)`.
    public static func read(_ url: URL) throws -> JSONValue {
        try JSONValue(parsing: FileContent.read(url), file: url.path)
    }

    /// Parses one JSON text in UTF-8, strictly after RFC 8259.
    ///
    /// Integers beyond `Int` become `.number`, rounded to nearest. Refused: a key given twice in an object, numbers beyond `Double`, lone
    /// surrogates, nesting deeper than 200, anything after the value.
    /// - Parameter file: name used in errors.
    /// - Throws: `RecordsError`: `.malformed` or `.tooLarge`, with line and column.
    public init(parsing data: Data, file: String? = nil) throws {
        self = try JSONParser.parse(data, file: file, origin: nil)
    }
}
