// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The tensors of a safetensors file, by name and in order, with the file's metadata.
/// Format: https://huggingface.co/docs/safetensors — 8 bytes of header length, a JSON header, the tensors' bytes without gaps.
public struct SafetensorsFile: Equatable, Sendable {
    /// The tensors' names in order. After reading that is the header's order.
    public private(set) var names: [String] = []
    private var records: [String: TensorRecord] = [:]
    /// Free text by key (`__metadata__`).
    public var metadata: [String: String] = [:]

    /// The largest header accepted, in bytes; the reference implementation's limit.
    static let headerLimit = 100_000_000
    private static let metadataKey = "__metadata__"

    /// A later tensor of the same name replaces the former, in its place.
    public init(_ tensors: [(name: String, tensor: TensorRecord)] = [], metadata: [String: String] = [:]) {
        self.metadata = metadata
        for (name, tensor) in tensors { self[name] = tensor }
    }

    /// Names and tensors in order.
    public var tensors: [(name: String, tensor: TensorRecord)] { names.map { ($0, records[$0]!) } }

    /// The tensor of a name. A new name goes to the end; nil removes the tensor.
    public subscript(name: String) -> TensorRecord? {
        get { records[name] }
        set {
            if newValue == nil {
                names.removeAll { $0 == name }
            } else if records[name] == nil {
                names.append(name)
            }
            records[name] = newValue
        }
    }

    /// The tensor of a name that must be there.
    /// - Throws: `RecordsError.missing`, which lists names that are.
    public func tensor(named name: String) throws -> TensorRecord {
        if let record = records[name] { return record }
        let known = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
        throw RecordsError(.missing, at: .key(name), "no such tensor", accepted: names.isEmpty ? "nothing: there are no tensors" : known)
    }

    /// Reads a file, and checks it all: lengths, names, element types, and that the tensors' bytes tile the rest without gap or overlap.
    /// - Throws: `RecordsError`: `.unreadable`, `.truncated`, `.malformed`, `.unsupported`, `.tooLarge`.
    public static func read(_ url: URL) throws -> SafetensorsFile {
        try SafetensorsFile(decoding: FileContent.read(url), file: url.path)
    }

    /// Reads the content of a file; `file` is its name in errors.
    public init(decoding content: Data, file: String? = nil) throws {
        guard content.count >= 8 else {
            throw RecordsError(.truncated, file: file, at: .byte(content.count), "breaks off inside the header length", accepted: "at least 8 bytes")
        }
        let length = content.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Self.headerLimit else {
            throw RecordsError(
                .tooLarge, file: file, at: .byte(0), "announces a header of \(length) bytes", accepted: "at most \(Self.headerLimit) bytes")
        }
        guard Int(length) <= content.count - 8 else {
            throw RecordsError(
                .truncated, file: file, at: .byte(0), "announces a header of \(length) bytes, but only \(content.count - 8) follow")
        }
        let dataStart = 8 + Int(length)
        let header = Data(content.dropFirst(8).prefix(Int(length)))
        guard header.first == UInt8(ascii: "{"), let object = try JSONParser.parse(header, file: file, origin: 8).object else {
            throw RecordsError(.malformed, file: file, at: .byte(8), "the header is no JSON object", accepted: "'{' as its first byte")
        }
        var entries: [SafetensorsEntry] = []
        for (name, value) in object.members {
            if name == Self.metadataKey {
                metadata = try Self.metadata(value, file: file)
            } else {
                entries.append(try SafetensorsEntry(name, value, file: file))
            }
        }
        try Self.checkTiling(entries, of: content.count - dataStart, file: file, dataStart: dataStart)
        for entry in entries {
            let bytes = Data(content.dropFirst(dataStart + entry.range.lowerBound).prefix(entry.range.count))
            self[entry.name] = try TensorRecord(elementType: entry.elementType, shape: entry.shape, data: bytes)
        }
    }

    private static func metadata(_ value: JSONValue, file: String?) throws -> [String: String] {
        guard let object = value.object, object.members.allSatisfy({ $0.value.string != nil }) else {
            throw RecordsError(.malformed, file: file, at: .key(metadataKey), "the metadata aren't text by key", accepted: "an object of strings")
        }
        return Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, $0.value.string!) })
    }

    /// The entries, laid end to end, must fill the data area exactly.
    private static func checkTiling(_ entries: [SafetensorsEntry], of size: Int, file: String?, dataStart: Int) throws {
        var end = 0
        for entry in entries.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }) {
            guard entry.range.lowerBound == end else {
                let what = entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
                throw RecordsError(
                    .malformed, file: file, at: .key(entry.name), "starts at data byte \(entry.range.lowerBound) and \(what)",
                    accepted: "data byte \(end)")
            }
            end = entry.range.upperBound
        }
        guard end <= size else {
            throw RecordsError(
                .truncated, file: file, at: .byte(dataStart + size), "the tensors take \(end) bytes, but only \(size) follow the header")
        }
        guard end == size else {
            throw RecordsError(.malformed, file: file, at: .byte(dataStart + end), "\(size - end) bytes that belong to no tensor")
        }
    }

    /// Writes a file, atomically.
    /// - Throws: `RecordsError`: `.unwritable`; `.malformed` for a tensor named `__metadata__`.
    public func write(to url: URL) throws {
        try AtomicFile.write(encoded(file: url.path), to: url)
    }

    /// The content of a file. The header keeps the tensors' order; their bytes go by falling element size, so that every element is aligned.
    /// - Throws: `RecordsError.malformed` for a tensor named `__metadata__`.
    public func encoded(file: String? = nil) throws -> Data {
        guard records[Self.metadataKey] == nil else {
            throw RecordsError(.malformed, file: file, at: .key(Self.metadataKey), "this name is the format's own", accepted: "any other name")
        }
        var header = JSONObject()
        if !metadata.isEmpty {
            header[Self.metadataKey] = .object(JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        var body = Data()
        var offsets: [String: Int] = [:]
        for size in [8, 4, 2, 1] {
            for (name, tensor) in tensors where tensor.elementType.size == size {
                offsets[name] = body.count
                body.append(tensor.data)
            }
        }
        for (name, tensor) in tensors {
            header[name] = SafetensorsEntry(name, tensor, offset: offsets[name]!).description
        }
        var text = Data(JSONValue.object(header).serialized(.compact).utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -text.count & 7))
        let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        return length + text + body
    }
}
