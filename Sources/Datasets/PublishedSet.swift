// SPDX-License-Identifier: GPL-3.0-or-later

/// A file of a published set, known by the digest of its unpacked bytes, so that any gzip header is fine.
public struct PublishedFile: Sendable, Equatable {
    /// The name of the unpacked file.
    public let name: String
    /// Bytes, unpacked.
    public let size: Int
    /// Of the unpacked bytes, lower-case hexadecimal.
    public let sha256: String
    /// Other names that copies of the file bear.
    public let otherNames: [String]

    init(_ name: String, size: Int, sha256: String, otherNames: [String] = []) {
        self.name = name
        self.size = size
        self.sha256 = sha256
        self.otherNames = otherNames
    }

    /// Every name that the file may have in a folder, best first: plain, then gzipped.
    var candidateNames: [String] { ([name] + otherNames).flatMap { [$0, $0 + ".gz"] } }
}

/// A public data set that isn't embedded: its files, its mirrors and its terms.
public struct PublishedSet: Sendable, Equatable {
    /// How the files encode samples.
    public enum Format: Sendable { case idx, cifar10 }

    /// The name in configurations, commands and folders.
    public let name: String
    public let title: String
    public let format: Format
    /// For IDX: training images, training labels, test images, test labels. For CIFAR-10: the five training batches, then the test batch.
    public let files: [PublishedFile]
    /// Stands in for the last file where that is absent: a copy that is known not to be exact.
    public let approximateTest: PublishedFile?
    /// Folder URLs, tried in order.
    public let mirrors: [String]
    /// The tar.gz that holds all files; nil where mirrors hold each file gzipped on its own.
    public let archive: String?
    public let licence: String
    /// Folders of the system's packages that may hold the files.
    public let systemFolders: [String]

    /// Bytes of all files, unpacked.
    public var size: Int { files.reduce(0) { $0 + $1.size } }

    /// Every set that `adamprobe data` knows how to fetch.
    public static let all: [PublishedSet] = [.mnist, .fashionMNIST, .cifar10]

    /// Digests: of files whose MD5 equal the published 6bbc9ace…, a25bea73…, 2646ac64…, 27ae3e4e….
    public static let mnist = PublishedSet(
        name: "mnist", title: "MNIST handwritten digits", format: .idx,
        files: [
            PublishedFile(
                "train-images-idx3-ubyte", size: 47_040_016,
                sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", otherNames: ["train-images.idx3-ubyte"]),
            PublishedFile(
                "train-labels-idx1-ubyte", size: 60_008,
                sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", otherNames: ["train-labels.idx1-ubyte"]),
            PublishedFile(
                "t10k-images-idx3-ubyte", size: 7_840_016,
                sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", otherNames: ["t10k-images.idx3-ubyte"]),
            PublishedFile(
                "t10k-labels-idx1-ubyte", size: 10_008,
                sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", otherNames: ["t10k-labels.idx1-ubyte"]),
        ],
        approximateTest: nil,
        mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        archive: nil, licence: "Y. LeCun, C. Cortes, C. Burges; commonly stated as CC BY-SA 3.0", systemFolders: [])

    /// Digests: of the files in Debian's dataset-fashion-mnist, which equal the published ones but for gzip headers.
    public static let fashionMNIST = PublishedSet(
        name: "fashion-mnist", title: "Fashion-MNIST articles of clothing", format: .idx,
        files: [
            PublishedFile(
                "train-images-idx3-ubyte", size: 47_040_016,
                sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", otherNames: ["train-images.idx3-ubyte"]),
            PublishedFile(
                "train-labels-idx1-ubyte", size: 60_008,
                sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", otherNames: ["train-labels.idx1-ubyte"]),
            PublishedFile(
                "t10k-images-idx3-ubyte", size: 7_840_016,
                sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", otherNames: ["t10k-images.idx3-ubyte"]),
            PublishedFile(
                "t10k-labels-idx1-ubyte", size: 10_008,
                sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", otherNames: ["t10k-labels.idx1-ubyte"]),
        ],
        approximateTest: nil,
        mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
        archive: nil, licence: "MIT (Zalando SE)", systemFolders: ["/usr/share/datasets/fashion-mnist"])

    /// Digests: those that the torchvision and red-datasets Ruby gems verify against; the first batch's was computed anew from a copy whose
    /// SHA-1 is the published aadd24ac….
    public static let cifar10 = PublishedSet(
        name: "cifar10", title: "CIFAR-10 colour images, binary version", format: .cifar10,
        files: zip(
            ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"],
            [
                "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
                "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
                "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
                "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
                "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
                "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
            ]
        ).map { PublishedFile($0, size: 30_730_000, sha256: $1) },
        approximateTest: PublishedFile(
            "test_batch.approx32.bin", size: 30_730_000,
            sha256: "1c56621ea675bc020e791b7048af50595f4308627fb741d4a105da29126daf31"),
        mirrors: ["https://www.cs.toronto.edu/~kriz/"],
        archive: "cifar-10-binary.tar.gz", licence: "no formal licence; cite A. Krizhevsky (2009)", systemFolders: [])
}
