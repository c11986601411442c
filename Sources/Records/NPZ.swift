// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// NumPy's `.npz` files: zip archives of `.npy` files, as `numpy.savez` and `numpy.savez_compressed` write them.
public enum NPZ {
    /// Reads all tensors, by name without ".npy", in the archive's order.
    /// - Parameter limit: the largest size accepted for all tensors together, unpacked, in bytes.
    /// - Throws: `RecordsError`: `.unreadable`, `.malformed`, `.truncated`, `.unsupported` (zip64, encryption, other packing, entries that
    ///   are no `.npy`), `.corrupt`, `.tooLarge`.
    public static func read(_ url: URL, limit: Int = 1 << 32) throws -> [(name: String, tensor: TensorRecord)] {
        try decode(FileContent.read(url), limit: limit, file: url.path)
    }

    /// Reads the content of a file; `file` is its name in errors.
    public static func decode(_ content: Data, limit: Int = 1 << 32, file: String? = nil) throws -> [(name: String, tensor: TensorRecord)] {
        let archive = try ZipArchive(content, file: file)
        var names: Set<String> = []
        var room = limit
        return try archive.entries.map { entry in
            guard entry.name.hasSuffix(".npy"), names.insert(entry.name).inserted else {
                throw RecordsError(
                    .unsupported, file: file, at: .key(entry.name), "is no .npy file, or is there twice", accepted: "names ending in .npy, each once")
            }
            let unpacked = try archive.unpack(entry, limit: room)
            room -= unpacked.count
            let place = file.map { "\($0)(\(entry.name))" } ?? entry.name
            return (String(entry.name.dropLast(4)), try NPY.decode(unpacked, file: place))
        }
    }
}
