// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny")
]

/// The targets are listed bottom floor first: a target may import only those above its own line.
let package = Package(
    name: "espalier",
    products: [
        .executable(name: "espalier", targets: ["Program"]),
        .library(name: "Espalier", targets: ["Espalier"]),
        .library(name: "Commands", targets: ["Commands"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    ],
    targets: [
        // C: loops over elements, digests, fatal signals, and the doors to the two system libraries.
        .target(name: "CKernels"),
        .target(name: "CDigests"),
        .target(name: "CFaults"),
        // For tests only: counts allocations.
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),

        .target(name: "Foundations", dependencies: ["CDigests", "Yams"], swiftSettings: settings),
        .target(
            name: "Tensors", dependencies: ["Foundations", "CKernels", "COpenBLAS"],
            swiftSettings: settings),
        .target(name: "Architectures", dependencies: ["Foundations"], swiftSettings: settings),
        .target(
            name: "Networks", dependencies: ["Tensors", "Architectures"], swiftSettings: settings),
        .target(
            name: "Datasets",
            dependencies: [
                "Tensors", .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .target(name: "Rankings", dependencies: ["Foundations"], swiftSettings: settings),
        .target(
            name: "Policies",
            dependencies: [
                "Foundations", "Rankings", .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .target(
            name: "Supernets", dependencies: ["Networks", "Datasets"], swiftSettings: settings),
        .target(name: "Checkpoints", dependencies: ["Foundations", "CLMDB"], swiftSettings: settings),
        .target(name: "Reports", dependencies: ["Foundations", "Rankings"], swiftSettings: settings),
        .target(
            name: "Searches",
            dependencies: ["Supernets", "Policies", "Rankings", "Checkpoints", "Reports"],
            swiftSettings: settings),
        .target(
            name: "Commands",
            dependencies: [
                "Searches", "CFaults", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // What users import: searches from Swift. Its module is not called as the program is, for file systems that
        // do not tell capitals.
        .target(
            name: "Espalier", dependencies: ["Searches", "Policies", "Checkpoints", "Reports"],
            swiftSettings: settings),
        .executableTarget(name: "Program", dependencies: ["Commands"], swiftSettings: settings),

        // The package of a user, built here once more from the same files; it sees what is public and nothing else.
        .target(
            name: "CustomPolicies", dependencies: ["Espalier"],
            path: "Examples/custom-policy/Sources/CustomPolicies", packageAccess: false, swiftSettings: settings),
        .executableTarget(
            name: "custom-policy", dependencies: ["CustomPolicies", "Commands"],
            path: "Examples/custom-policy/Sources/custom-policy", packageAccess: false, swiftSettings: settings),
        .testTarget(
            name: "CustomPoliciesTests", dependencies: ["CustomPolicies", "Espalier"],
            path: "Examples/custom-policy/Tests/CustomPoliciesTests", packageAccess: false, swiftSettings: settings),
    ]
        + [
            "Foundations", "Tensors", "Architectures", "Networks", "Datasets", "Rankings",
            "Policies", "Supernets", "Checkpoints", "Reports", "Searches", "Commands", "Espalier",
        ].map { room in
            .testTarget(
                name: room + "Tests",
                dependencies: [.target(name: room)]
                    + (room == "Supernets" ? ["CAllocations"] : []),
                exclude: [
                    "Tensors", "Datasets", "Supernets", "Rankings", "Policies", "Reports", "Checkpoints", "Searches",
                ].contains(room)
                    ? ["Fixtures"] : room == "Commands" ? ["Golden"] : [],
                swiftSettings: settings)
        },
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
