import Foundation
import Metering
import TestSupport
import Testing

@testable import Store

/// A new log takes the place of another, whenever the power goes.
@Suite struct FileSwapTests {
  /// A folder as a power cut leaves it: the log with one sample, of which the write-ahead log has three more, and a new log with
  /// two samples.
  private func makeFolder(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func append(_ count: Int64, _ writer: LogWriter, from first: Int64) throws {
      _ = try writer.append(LogWriter.Batch((first..<first + count).map { power($0, at: $0 * 10_000) }))
    }
    let path = folder + "/ams.sqlite"
    for (name, count) in [("original", Int64(1)), ("ams.sqlite.salvage", 2)] {
      let writer = try LogWriter(path: folder + "/" + name, zone: oslo)
      _ = try writer.meterKey(for: aidon, input: "port", seen: one)
      try append(count, writer, from: 0)
      try writer.close()
    }
    let writer = try LogWriter(path: folder + "/original", zone: oslo)
    try append(3, writer, from: 1)
    for ending in ["", "-wal", "-shm"] {
      try FileManager.default.copyItem(atPath: folder + "/original" + ending, toPath: path + ending)
    }
    // It has no content, so that SQLite leaves it alone.
    try Data([0]).write(to: URL(filePath: path + "-journal"))
    try writer.close()
    try FileManager.default.removeItem(atPath: folder + "/original")
  }

  private static let kept = "/ams.sqlite.damaged-20260115T130000Z"

  /// Copies of the folder, as each step leaves it.
  private func cuts(_ folder: String) throws -> [String] {
    let (whole, path) = (folder + "/whole", folder + "/whole/ams.sqlite")
    try makeFolder(whole)
    var cuts: [String] = []
    func cut() throws {
      cuts.append("\(folder)/\(cuts.count)")
      try FileManager.default.copyItem(atPath: whole, toPath: try #require(cuts.last))
    }
    let kept = try FileSwap.nameToKeep(path, as: .damaged, at: one)
    #expect(kept == whole + Self.kept)
    try FileSwap.put(path + ".salvage", inPlaceOf: path, keepingAs: kept, afterStep: cut)
    try cut()
    return cuts
  }

  private func samples(_ path: String) throws -> Int { try LogReader(path: path).allSamples().count }

  private func names(_ folder: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder).map { "/" + $0 })
  }

  @Test func `a power cut after any step: the next writer finds the new log, and the old one is kept whole`() throws {
    try withScratchFolder { folder in
      let cuts = try cuts(folder)
      #expect(cuts.count == 6)
      for (index, cut) in cuts.enumerated() {
        let path = cut + "/ams.sqlite"
        let writer = try LogWriter(path: path, zone: oslo)
        #expect(try samples(path) == 2, "cut \(index)")
        try writer.close()
        #expect(
          try names(cut) == ["/ams.sqlite", Self.kept, Self.kept + "-wal", Self.kept + "-journal", Self.kept + "-shm"],
          "cut \(index)")
        #expect(try samples(cut + Self.kept) == 4, "cut \(index)")
      }
    }
  }

  @Test func `before the new log is whole, all is as it was`() throws {
    try withScratchFolder { folder in
      try makeFolder(folder)
      try LogWriter(path: folder + "/ams.sqlite", zone: oslo).close()
      #expect(try samples(folder + "/ams.sqlite") == 4)
    }
  }

  @Test func `a step that fails leaves the old log where it was`() throws {
    try withScratchFolder { folder in
      try makeFolder(folder)
      let path = folder + "/ams.sqlite"
      let before = try names(folder)
      let kept = try FileSwap.nameToKeep(path, as: .damaged, at: one)
      #expect(throws: StoreError.self) {
        try FileSwap.put(path + ".salvage", inPlaceOf: path, keepingAs: kept) { throw StoreError("no") }
      }
      #expect(try names(folder) == before)
    }
  }

  @Test func `a log that is a link is found again after a power cut, too`() throws {
    try withScratchFolder { folder in
      let cuts = try cuts(folder)
      // The old log has its new name, and the link leads nowhere.
      let cut = cuts[1]
      #expect(!FileManager.default.fileExists(atPath: cut + "/ams.sqlite"))
      for (name, target) in [("/absolute", cut + "/ams.sqlite"), ("/relative", "1/ams.sqlite")] {
        try FileManager.default.createSymbolicLink(atPath: folder + name, withDestinationPath: target)
      }
      let file = try DatabaseFile(path: folder + "/relative", for: .writing)
      #expect(try file.resolvedPath == DatabaseFile(path: folder + "/absolute", for: .writing).resolvedPath)
      try LogWriter(path: folder + "/relative", zone: oslo).close()
      #expect(try samples(folder + "/absolute") == 2 && samples(cut + "/ams.sqlite") == 2)
    }
  }

  @Test func `a file that somebody made meanwhile is kept as well`() throws {
    try withScratchFolder { folder in
      let cut = try cuts(folder)[1]
      try Data("notes".utf8).write(to: URL(filePath: cut + "/ams.sqlite"))
      try LogWriter(path: cut + "/ams.sqlite", zone: oslo).close()
      #expect(try samples(cut + "/ams.sqlite") == 2)
      #expect(try Data(contentsOf: URL(filePath: cut + Self.kept + "-2")) == Data("notes".utf8))
    }
  }

  @Test func `the write-ahead log of a damaged log that was moved away is not brought back`() throws {
    try withScratchFolder { folder in
      let cut = try #require(try cuts(folder).last)
      try FileManager.default.removeItem(atPath: cut + Self.kept)
      try LogWriter(path: cut + "/ams.sqlite", zone: oslo).close()
      #expect(try samples(cut + "/ams.sqlite") == 2)
      #expect(try names(cut).contains(Self.kept + "-wal"))
    }
  }
}
