// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "custom-policy",
    dependencies: [
        // In a package of your own: .package(url: "...", from: "...") or the path of your clone.
        .package(name: "espalier", path: "../..")
    ],
    targets: [
        .target(name: "CustomPolicies", dependencies: [.product(name: "Espalier", package: "espalier")]),
        .executableTarget(
            name: "custom-policy",
            dependencies: ["CustomPolicies", .product(name: "Commands", package: "espalier")]),
        .testTarget(
            name: "CustomPoliciesTests",
            dependencies: ["CustomPolicies", .product(name: "Espalier", package: "espalier")]),
    ]
)
