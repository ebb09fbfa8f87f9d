import Foundation

/// Cuts the power at random points of a trace, and opens what is left of the database each time.
///
/// It must be sound, and be what the program had after one of its commits: none that SQLite had reported may be missing.
struct PowerCut {
  private struct State {
    var digest: UInt64
    var registers: Int
    var samples: Int
  }

  private let trace: Trace
  private let folder: String
  private let lying: Set<String>
  /// After each commit of the trace; the first is that of no database.
  private var states: [State] = []
  /// The last commit after which the database was so.
  private var places: [UInt64: Int] = [:]

  private(set) var images = 0
  /// Images that do not open, fail the integrity check, or hold what was never committed as a whole.
  private(set) var damaged = 0
  /// Images in which reported rows are missing, and the most of them.
  private(set) var losing = 0
  private(set) var registersLost = 0
  private(set) var samplesLost = 0
  /// After how many commits each image was, added up.
  private var kept = 0
  var commits: Int { states.count - 1 }

  /// - Parameter folder: for the images; every 100th is left there.
  init(_ trace: Trace, folder: String, lying: Set<String>) throws {
    self.trace = trace
    self.folder = folder
    self.lying = lying
    var disk = Disk(trace)
    note(try open([:]))
    for step in trace.steps {
      disk.take(step)
      if case .commit = step { note(try open(disk.seen)) }
    }
  }

  private mutating func note(_ state: State) {
    places[state.digest] = states.count
    states.append(state)
  }

  mutating func run(images: Int, seed: UInt64) {
    var random = Random(state: seed)
    let points = (0..<images).map { _ in Int.random(in: 0...trace.steps.count, using: &random) }.sorted()
    var disk = Disk(trace, lying: lying)
    var place = 0
    var reported = 0
    for point in points {
      while place < point {
        if case .commit = trace.steps[place] { reported += 1 }
        disk.take(trace.steps[place])
        place += 1
      }
      judge(disk.cut(&random), reported: reported, around: point)
    }
  }

  /// Cuts the write-ahead log of the last moment, or turns over one of its bits, at random places; returns after how many commits
  /// the images were, in the mean.
  mutating func damageLog(images: Int, seed: UInt64) -> Int {
    var random = Random(state: seed)
    var disk = Disk(trace)
    for step in trace.steps { disk.take(step) }
    let whole = disk.seen
    guard let log = whole["-wal"], !log.isEmpty else { quit("there is no write-ahead log at the end of the trace") }
    for index in 0..<images {
      var files = whole
      let place = Int.random(in: 0..<log.count, using: &random)
      if index.isMultiple(of: 2) {
        files["-wal"] = Array(log.prefix(place))
      } else {
        files["-wal"]?[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      judge(files, reported: 0)
    }
    return images == 0 ? 0 : kept / images
  }

  private mutating func judge(_ files: [String: [UInt8]], reported: Int, around point: Int = 0) {
    images += 1
    do {
      let state = try open(files, keptAs: images % 100 == 0 ? "image\(images).sqlite" : nil)
      guard let place = places[state.digest] else {
        throw Database.Failure(description: "not the state after any commit (\(reported) were reported)")
      }
      kept += place
      guard place < reported else { return }
      losing += 1
      if losing <= 3 {
        let steps = trace.steps[max(0, point - 12)..<point].map(\.text).joined(separator: ", ")
        let news =
          "image \(images): as after commit \(place) of \(reported) that were reported; before it came \(steps)\n"
        FileHandle.standardError.write(Data(news.utf8))
      }
      registersLost = max(registersLost, states[reported].registers - state.registers)
      samplesLost = max(samplesLost, states[reported].samples - state.samples)
    } catch {
      damaged += 1
      if damaged <= 3 { FileHandle.standardError.write(Data("image \(images): \(error)\n".utf8)) }
    }
  }

  /// Opens a database made of these files, as SQLite does after a power cut, and reads all of it.
  private func open(_ files: [String: [UInt8]], keptAs copy: String? = nil) throws -> State {
    func place(_ name: String) {
      for ending in Trace.files + ["-shm"] {
        let path = "\(folder)/\(name)\(ending)"
        unlink(path)
        if let octets = files[ending], !FileManager.default.createFile(atPath: path, contents: Data(octets)) {
          quit("cannot write \(path)")
        }
      }
    }
    if let copy { place(copy) }
    place("cut.sqlite")
    let database = try Database("\(folder)/cut.sqlite", making: true)
    defer { database.close() }
    try database.run("PRAGMA synchronous = OFF")
    let check = try database.rows("PRAGMA integrity_check").first?.first ?? "no answer"
    guard check == "ok" else { throw Database.Failure(description: check) }
    var state = State(digest: 0xCBF2_9CE4_8422_2325, registers: 0, samples: 0)
    for table in try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").joined() {
      // What is generated says nothing new.
      let columns = try database.rows("PRAGMA table_info(\(table))").map { $0[1] }
      var rows = 0
      try database.run("SELECT '\(table)', \(columns.joined(separator: ", ")) FROM \(table)") { row in
        rows += 1
        for column in 0..<row.count {
          for octet in row[column] { state.digest = (state.digest ^ UInt64(octet)) &* 0x100_0000_01B3 }
          state.digest = (state.digest ^ 0x1FF) &* 0x100_0000_01B3
        }
      }
      if table == "register_snapshot" { state.registers = rows }
      if table == "power_sample" { state.samples = rows }
    }
    return state
  }
}
