import ArgumentParser
import Energy
import Glibc
import Metering
import Store
import TestSupport
import Testing

@testable import Logger

@Suite struct `Raw ring` {
  private func files(_ folder: String) -> [String] { FileSystem.entries(of: folder).sorted() }

  private func octets(in folder: String) -> Int64 {
    files(folder).reduce(0) { $0 + (FileSystem.size(of: "\(folder)/\($1)") ?? 0) }
  }

  /// One read of `count` octets.
  private func feed(_ ring: RawRing, _ time: String, count: Int = 4) throws {
    ring.take([UInt8](repeating: 0x7E, count: count), arrival: try utc(time))
  }

  @Test func `each hour has a file of capture lines, written when it is flushed`() throws {
    try withScratchFolder { scratch in
      let folder = scratch + "/ams.sqlite.raw"
      let ring = RawRing(folder: folder, input: "main")
      try feed(ring, "2026-01-15T13:59:58.000Z")
      #expect(files(folder) == [])
      #expect(ring.flush() == nil)
      try feed(ring, "2026-01-15T14:00:01.250Z", count: 2)
      try feed(ring, "2026-01-15T14:00:01.300Z", count: 1)
      #expect(ring.flush() == nil)
      #expect(files(folder) == ["main-20260115T13.capture", "main-20260115T14.capture"])
      #expect(FileSystem.text(of: folder + "/main-20260115T13.capture") == "2026-01-15T13:59:58.000Z 7E7E7E7E\n")
      #expect(
        FileSystem.text(of: folder + "/main-20260115T14.capture")
          == "2026-01-15T14:00:01.250Z 7E7E\n2026-01-15T14:00:01.300Z 7E\n")
    }
  }

  @Test func `each file says of which line its reads are, and again when that changes`() throws {
    try withScratchFolder { folder in
      let ring = RawRing(folder: folder, input: "main")
      let fast = LineForm(baudrate: 115_200)
      for (time, form) in [
        ("2026-01-15T13:00:00Z", LineForm()), ("2026-01-15T13:00:30Z", fast), ("2026-01-15T13:00:40Z", fast),
        ("2026-01-15T14:00:00Z", fast),
      ] {
        ring.take([0x7E], arrival: try utc(time), on: form)
        _ = ring.flush()
      }
      let first = folder + "/main-20260115T13.capture"
      #expect(
        FileSystem.text(of: first) == """
          # line 2400 8N1
          2026-01-15T13:00:00.000Z 7E
          # line 115200 8N1
          2026-01-15T13:00:30.000Z 7E
          2026-01-15T13:00:40.000Z 7E

          """)
      #expect(
        FileSystem.text(of: folder + "/main-20260115T14.capture")
          == "# line 115200 8N1\n2026-01-15T14:00:00.000Z 7E\n")
      var capture = try CaptureReader(path: first)
      #expect(capture.lineForm == nil)
      var forms: [LineForm?] = []
      while try capture.next() != nil { forms.append(capture.lineForm) }
      #expect(forms == [LineForm(), fast, fast])
    }
  }

  @Test(arguments: [
    ("# line 115200 8N1", LineForm(baudrate: 115_200)), ("#line 2400 8E1", LineForm(parity: .even)),
    ("# line 2400", nil), ("# line of my own", nil), ("# line 0 8N1", nil), ("# line 2400 7E1", nil),
  ])
  func `a comment says of which line the reads are, or something else`(text: String, form: LineForm?) {
    #expect(LineForm(commentLine: text) == form)
    if let form { #expect(LineForm(commentLine: "# \(form.comment)") == form) }
  }

  @Test func `reads that wait for the clock are bounded, and what goes is told`() {
    var held = HeldReads()
    let start = UTCTime(seconds: 1_768_482_000)
    var told: [String] = []
    var last: UTCTime?
    for index in 0..<50_000 {
      held.take(
        [UInt8](repeating: 0x7E, count: 400)[...], arrival: start + .seconds(Int64(index)), epoch: 0, form: LineForm())
      if let news = held.makeRoom() { told.append(news) }
      #expect(!held.isFull)
    }
    #expect(told.count == 2 && told[0].contains("reads are not kept"), "the 1st and the 10th time: \(told)")
    held.release { last = $0.arrival }
    #expect(last == start + .seconds(49_999))
  }

  @Test func `no file ends within a message, unless the line never pauses`() throws {
    try withScratchFolder { folder in
      let ring = RawRing(folder: folder, input: "main")
      try feed(ring, "2026-01-15T13:59:59.800Z")
      for millisecond in stride(from: Int64(100), to: 400_000, by: 400) {
        ring.take([0x7E], arrival: try utc("2026-01-15T14:00:00Z") + TimeSpan(milliseconds: millisecond))
      }
      _ = ring.flush()
      let first = try #require(FileSystem.text(of: folder + "/main-20260115T13.capture"))
      #expect(first.hasSuffix("2026-01-15T14:04:59.700Z 7E\n"))
      let second = try #require(FileSystem.text(of: folder + "/main-20260115T14.capture"))
      #expect(second.hasPrefix("2026-01-15T14:05:00.100Z 7E\n"))
    }
  }

  @Test func `the newest hours are kept, of each input`() throws {
    try withScratchFolder { folder in
      let other = RawRing(folder: folder, input: "garage", hours: 3)
      try feed(other, "2026-01-10T00:00:00Z")
      _ = other.flush()
      let ring = RawRing(folder: folder, input: "main", hours: 3)
      for hour in 10...16 {
        try feed(ring, "2026-01-15T\(hour):00:00Z")
        _ = ring.flush()
      }
      #expect(
        files(folder) == [
          "garage-20260110T00.capture", "main-20260115T14.capture", "main-20260115T15.capture",
          "main-20260115T16.capture",
        ])
    }
  }

  @Test func `a clock that steps a year ahead and back costs one hour at most`() throws {
    try withScratchFolder { folder in
      let ring = RawRing(folder: folder, input: "main", hours: 4)
      for time in ["2026-01-15T10", "2026-01-15T11", "2027-01-15T11", "2026-01-15T12", "1970-01-01T00"] {
        try feed(ring, time + ":00:00Z")
        _ = ring.flush()
      }
      #expect(
        files(folder) == [
          "main-19700101T00.capture", "main-20260115T10.capture", "main-20260115T11.capture",
          "main-20260115T12.capture", "main-20270115T11.capture",
        ])
    }
  }

  @Test func `all files together never have more octets than allowed, whatever comes`() throws {
    try withScratchFolder { folder in
      let most: Int64 = 1 << 20
      let rings = ["main", "garage"].map { RawRing(folder: folder, input: $0, mostBytes: most) }
      var time = try utc("2026-01-15T13:00:00Z")
      for round in 0..<600 {
        for ring in rings { ring.take([UInt8](repeating: 0xAA, count: 3000), arrival: time) }
        time += TimeSpan(milliseconds: round.isMultiple(of: 7) ? 700 : 100)
        if round.isMultiple(of: 5) { for ring in rings { _ = ring.flush() } }
        #expect(octets(in: folder) <= most + most / 4)
      }
      for ring in rings { _ = ring.flush() }
      #expect(octets(in: folder) > most / 2)
      // The newest is there.
      let newest = try #require(files(folder).filter { $0.hasPrefix("main") }.max())
      #expect(try #require(FileSystem.text(of: "\(folder)/\(newest)", most: 1 << 20)).contains("Z AAAA"))
    }
  }

  @Test func `after a crash it goes on in the hour's file, without the half line that was left`() throws {
    try withScratchFolder { folder in
      let path = folder + "/main-20260115T13.capture"
      let old = folder + "/main-20260115T12.capture"
      var capture = try CaptureWriter(path: path)
      try capture.append([0x7E], arrival: try utc("2026-01-15T13:00:00Z"))
      try capture.append(lines: Array("2026-01-15T13:0".utf8))
      var older = try CaptureWriter(path: old)
      try older.append(lines: Array("2026-01-15T12:00:00.000Z 7E\n2026".utf8) + [UInt8](repeating: 0, count: 9000))
      let ring = RawRing(folder: folder, input: "main")
      try feed(ring, "2026-01-15T13:30:00Z", count: 1)
      _ = ring.flush()
      #expect(FileSystem.text(of: path) == "2026-01-15T13:00:00.000Z 7E\n2026-01-15T13:30:00.000Z 7E\n")
      #expect(FileSystem.text(of: old) == "2026-01-15T12:00:00.000Z 7E\n")
    }
  }

  @Test func `a failing disk is told once, and once when it works again`() throws {
    try withScratchFolder { scratch in
      let folder = scratch + "/raw"
      close(open(folder, O_CREAT | O_WRONLY, 0o644))
      let ring = RawRing(folder: folder, input: "main")
      try feed(ring, "2026-01-15T13:00:00Z")
      let news = try #require(ring.flush())
      #expect(news.hasPrefix("raw octets are not kept (\(folder)"), "\(news)")
      try feed(ring, "2026-01-15T13:00:10Z")
      #expect(ring.flush() == nil)
      unlink(folder)
      try feed(ring, "2026-01-15T13:00:20Z")
      #expect(ring.flush() == "\(folder): raw octets are kept again")
      #expect(ring.flush() == nil)
      #expect(FileSystem.text(of: folder + "/main-20260115T13.capture") == "2026-01-15T13:00:20.000Z 7E7E7E7E\n")
    }
  }

  @Test func `0 hours keep nothing`() throws {
    try withScratchFolder { scratch in
      let ring = RawRing(folder: scratch + "/raw", input: "main", hours: 0)
      try feed(ring, "2026-01-15T13:00:00Z", count: 100_000)
      #expect(ring.flush() == nil)
      #expect(access(scratch + "/raw", F_OK) != 0)
    }
  }

  @Test(arguments: [
    ("main", "main"), ("/dev/ttyUSB0", "%2Fdev%2FttyUSB0"), ("..", "%2E."), ("", ""), ("målar", "m%C3%A5lar"),
    ("100%", "100%25"), ("a b-2_x.y", "a%20b-2_x.y"),
  ])
  func `any name of an input is a part of a file name, and found again`(input: String, stem: String) throws {
    #expect(RingFile.stem(of: input) == stem)
    let hour = try utc("2026-01-15T13:00:00Z")
    for part in [1, 2, 17] {
      let file = RingFile(stem: stem, hour: hour, part: part)
      #expect(RingFile(name: file.name) == file)
    }
  }

  @Test(arguments: [
    "notes.txt", "main.capture", "main-20261315T13.capture", "main-20260115T1.capture",
    "main-20260115T13_xyz.capture", "20260101T13.capture",
  ])
  func `what no ring has made is left alone`(name: String) throws {
    try withScratchFolder { folder in
      close(open("\(folder)/\(name)", O_CREAT | O_WRONLY, 0o644))
      let ring = RawRing(folder: folder, input: "main", hours: 1, mostBytes: 0)
      for hour in 10...12 {
        try feed(ring, "2026-01-15T\(hour):00:00Z")
        _ = ring.flush()
      }
      #expect(files(folder).contains(name))
      #expect(files(folder).count == 2)
    }
  }

  /// Everything a log says of its only meter.
  private struct Content: Hashable {
    var meter: MeterIdentity?
    var samples: [Sample] = []
    var snapshots: [RegisterSnapshot] = []
    var ledger: [LedgerEntry] = []

    init(_ database: String) throws {
      let log = try LogReader(path: database)
      guard let meter = try log.meters().first else { return }
      let span = try utc("2026-01-15T00:00:00Z")..<utc("2026-01-17T00:00:00Z")
      self.meter = meter.identity
      samples = try log.samples(of: meter.key, in: span)
      snapshots = try log.snapshots(of: meter.key, in: span)
      ledger = try log.ledger(of: meter.key, in: span)
    }
  }

  @Test func `files of one ring that follow each other are one stream, in their order`() {
    let files = [
      "r/a-20260115T13.capture", "r/a-20260115T14_002.capture", "r/a-20260115T14.capture", "r/b-20260115T13.capture",
      "x.capture", "r/b-20260115T14.capture", "q/b-20260115T14.capture", "-",
    ]
    #expect(
      ReplayCommand.streams(files) == [
        ["r/a-20260115T13.capture", "r/a-20260115T14.capture", "r/a-20260115T14_002.capture"],
        ["r/b-20260115T13.capture"], ["x.capture"], ["r/b-20260115T14.capture"], ["q/b-20260115T14.capture"], ["-"],
      ])
  }

  @Test(arguments: ["aidon-tn", "kaifa-tn", "kamstrup-tn"])
  func `a log made by replay of the ring equals the live one`(name: String) throws {
    try withScratchFolder { scratch in
      let ring = RawRing(folder: scratch + "/raw", input: "main")
      let live = try LogWriter(path: scratch + "/live.sqlite", zone: try #require(Zone(named: "Europe/Oslo")))
      let recorder = Recorder(writer: live, input: "main")
      var pipeline = try Pipeline.norwegian()
      for (place, read) in try simulatedReads(name, from: "2026-01-15T12:50:00Z", to: "2026-01-15T14:10:00Z")
        .enumerated()
      {
        pipeline.take(read.octets.span, arrival: read.arrival) { recorder.take($0) }
        ring.take(read.octets, arrival: read.arrival)
        if place.isMultiple(of: 20) { #expect(ring.flush() == nil) }
      }
      pipeline.end { recorder.take($0) }
      try recorder.commit()
      try live.close()
      _ = ring.flush()
      #expect(files(scratch + "/raw").count == 3)
      let captures = files(scratch + "/raw").map { "\(scratch)/raw/\($0)" }
      let replay = try #require(
        try LoggerCommand.parseAsRoot(["replay", "--database", scratch + "/again.sqlite"] + captures) as? ReplayCommand)
      try replay.run()
      let first = try Content(scratch + "/live.sqlite")
      let second = try Content(scratch + "/again.sqlite")
      #expect(first.samples.count > 400)
      #expect(first.snapshots.count >= 2)
      // Compared outside of `#expect`: thousands of rows in a message help nobody.
      #expect(first.meter == second.meter)
      let sameSamples = first.samples == second.samples
      #expect(sameSamples)
      let sameSnapshots = first.snapshots == second.snapshots
      #expect(sameSnapshots)
      let sameLedger = first.ledger == second.ledger
      #expect(sameLedger)
    }
  }
}
