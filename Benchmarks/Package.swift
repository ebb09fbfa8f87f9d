// swift-tools-version: 6.2
import PackageDescription

/// The benchmarks, a package of their own so that nobody who builds the product pays for them. `House/` links to the modules of
/// the product: they are compiled here as part of this package, and so nothing has to be made public to be measured.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "House/\(name)", swiftSettings: rules)
}

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")],
  targets: [
    .executableTarget(
      name: "bench",
      dependencies: [
        "Metering", "Frames", "Energy", "Store", "Simulator", "Allocations",
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], path: "Sources",
      swiftSettings: rules),
    .target(name: "Allocations", path: "Allocations"),
    library("Metering"),
    library("Frames", ["Metering"]),
    library("Energy", ["Metering"]),
    library(
      "Store",
      [
        "Energy", "Metering", "Migrations", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    library("Simulator", ["Metering"]),
    .target(name: "Migrations", path: "House/migrations", swiftSettings: rules, plugins: ["EmbedMigrations"]),
    .plugin(
      name: "EmbedMigrations", capability: .buildTool(), dependencies: ["embed-sql"],
      path: "House/Tooling/EmbedMigrations"),
    .executableTarget(name: "embed-sql", path: "House/Tooling/embed-sql", swiftSettings: rules),
  ]
)
