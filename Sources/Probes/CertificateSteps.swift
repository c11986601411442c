// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates

/// The step at which each certificate of death was met, nil where it was not: a dictionary that lies in its owner, since the ledger asks it
/// of every silent node at every step.
public struct CertificateSteps: Sendable, Equatable {
    private var data: Int?
    private var box: Int?
    private var batch: Int?
    private var smallWeights: Int?
    private var anySigns: Int?

    public subscript(certificate: DeathCertificate) -> Int? {
        get {
            switch certificate {
            case .data: data
            case .box: box
            case .batch: batch
            case .smallWeights: smallWeights
            case .anySigns: anySigns
            }
        }
        set {
            switch certificate {
            case .data: data = newValue
            case .box: box = newValue
            case .batch: batch = newValue
            case .smallWeights: smallWeights = newValue
            case .anySigns: anySigns = newValue
            }
        }
    }

    /// True if no certificate was met.
    public var isEmpty: Bool { data == nil && box == nil && batch == nil && smallWeights == nil && anySigns == nil }

    /// The certificates that were met, with their steps.
    var dictionary: [DeathCertificate: Int] {
        Dictionary(uniqueKeysWithValues: DeathCertificate.allCases.compactMap { certificate in self[certificate].map { (certificate, $0) } })
    }
}

extension CertificateSteps: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (DeathCertificate, Int)...) {
        for (certificate, step) in elements { self[certificate] = step }
    }
}

/// As a dictionary.
extension CertificateSteps: Codable {
    public init(from decoder: any Decoder) throws {
        for (certificate, step) in try [DeathCertificate: Int](from: decoder) { self[certificate] = step }
    }

    public func encode(to encoder: any Encoder) throws { try dictionary.encode(to: encoder) }
}
