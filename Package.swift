// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6, no implicit existential, no leaked import, no warning.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: rules)
}

func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: rules)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: rules)
}

let package = Package(
  name: "ams-logger",
  products: [
    .executable(name: "ams-logger", targets: ["Logger"]),
    .executable(name: "ams-report", targets: ["Report"]),
    .executable(name: "ams-simulator", targets: ["SimulatorCommand"]),
    // How far hours are from the truth, by quality; not installed.
    .executable(name: "ams-accuracy", targets: ["Accuracy"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // The arrows of Sources/README.md: each points one way, and the build refuses any other.
    library("Metering"),
    library("Frames", ["Metering"]),
    library("Energy", ["Metering"]),
    library(
      "Store",
      [
        "Energy", "Metering", "Migrations", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library("Simulator", ["Metering"]),
    program("SimulatorCommand", ["Simulator", "Metering", arguments]),
    program(
      "Logger",
      [
        "CTimex", "Frames", "Store", "Energy", "Metering", arguments, .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"), .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    program("Report", ["Store", "Energy", "Metering", arguments]),

    tests("MeteringTests", ["Metering"]),
    tests("FramesTests", ["Frames", "Metering", "TestSupport"]),
    tests("EnergyTests", ["Accuracy", "Energy", "Metering", "Simulator", "TestSupport"]),
    .executableTarget(
      name: "Accuracy", dependencies: ["Energy", "Simulator", "Metering", arguments], path: "Tests/Accuracy",
      swiftSettings: rules),
    tests(
      "StoreTests",
      [
        "Accuracy", "Simulator", "Store", "Energy", "Metering", "Migrations", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("SimulatorTests", ["Simulator", "SimulatorCommand", "Frames", "Metering", "TestSupport"]),
    tests(
      "LoggerTests",
      [
        "Logger", "Simulator", "Frames", "Store", "Energy", "Metering", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("ReportTests", ["Report", "Store", "Energy", "Metering", "TestSupport"]),
    tests("EndToEndTests", ["Logger", "Report", "Simulator", "Store", "Energy", "Frames", "Metering", "TestSupport"]),
    // What bad lines do, in figures: docs/robustness.md.
    .executableTarget(
      name: "ams-robustness", dependencies: ["Frames", "Simulator", "Metering", arguments], path: "Tests/Robustness",
      swiftSettings: rules),
    .target(name: "TestSupport", dependencies: ["Metering"], path: "Tests/Support", swiftSettings: rules),

    .systemLibrary(name: "CTimex", path: "Sources/Tooling/CTimex"),
    // migrations/*.sql, compiled into the programs as text.
    .target(name: "Migrations", path: "migrations", swiftSettings: rules, plugins: ["EmbedMigrations"]),
    .plugin(
      name: "EmbedMigrations", capability: .buildTool(), dependencies: ["embed-sql"],
      path: "Sources/Tooling/EmbedMigrations"),
    .executableTarget(name: "embed-sql", path: "Sources/Tooling/embed-sql", swiftSettings: rules),
  ]
)
