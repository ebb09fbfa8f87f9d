import Glibc
import Logging
import Metering
import Store

/// The inputs of a settings file and their log, until it is stopped: a thread for each input, and this loop, which writes.
///
///     input ── InputReader ──┐
///     input ── InputReader ──┴─► Desk ──► Recorder ──► LogWriter        clock, alarms, signs of life
///
/// A turn of the loop takes a quarter of a second, or as long as the database does. An input that hangs or fails disturbs neither
/// the others nor the loop, and a database that hangs disturbs no input.
final class LiveLog {
  private let settings: Settings
  private var writer: LogWriter
  private let zone: Zone
  private let recorder: Recorder
  private let desk: Desk
  private let clock: HouseClock
  private let views: [InputView]
  private let messages = Logging.Logger(label: "ams-logger")
  private var threads: [Thread] = []
  private var nextCommit: Deadline
  private var nextLook = Deadline(in: .zero)
  private var nextHousekeeping = Deadline(in: .seconds(30))
  private var housekeepingFaults = FaultCounter()
  /// What housekeeping has met that is worse than a delay.
  private var housekeepingDamage: String?
  private var nextOpening = Deadline(in: openingPause)
  private var openings = FaultCounter()
  /// The log was opened anew because of damage, and the check found none: the next damage is proof.
  private var checkFoundNothing = false
  /// Once a day: what is damaged in the same way when its rows were saved is not mended by doing it again.
  private var nextSetAside = Deadline(in: .zero)
  private var nextTrial = Deadline(in: openingPause)
  private var refusals = FaultCounter()
  private var refusedRows = FaultCounter()
  private var refusedSince: TimeSpan?
  private var isDiskLow = false
  private var alarms: Alarms
  private let files: LogFiles
  private let status: LiveStatus
  private var feed: FeedServer?
  private var manager = ServiceManager()
  /// The inputs, until their threads have them.
  private var inputs: [RunInput]
  private let isStrict: Bool

  /// A database that refuses everything is opened anew so often, and rows that were refused are tried again.
  private static let openingPause = TimeSpan.minutes(5)
  private static let tick = TimeSpan(milliseconds: 250)
  /// After the request to stop, the inputs hand over what they have; then the rest of the two seconds is the database's.
  private static let farewell = TimeSpan(milliseconds: 500)

  /// - Parameter isStrict: an input that is not there at the start ends the program.
  init(_ settings: Settings, inputs: [RunInput], writer: LogWriter, zone: Zone, isStrict: Bool) throws {
    self.settings = settings
    self.writer = writer
    self.zone = zone
    self.isStrict = isStrict
    desk = try Desk()
    clock = HouseClock(zone: zone, newest: try writer.newestArrival(), bases: try writer.clockBases())
    views = inputs.map { InputView(name: $0.name, source: $0.source.name) }
    self.inputs = inputs
    files = LogFiles(database: settings.database)
    status = LiveStatus(settings, started: clock.now())
    recorder = Recorder(writer: writer, input: inputs.first?.name ?? "main")
    let alarms = Alarms(command: settings.alarmCommand, told: try writer.newestEvents(of: .alarm))
    // What was wrong before this start is wrong until something says otherwise.
    let uptime = HostClock.uptime()
    for view in views {
      view.update { now in
        if alarms.stands("silent:\(view.name)") { now.heard = uptime - .minutes(Int64(settings.alarmAfter)) }
        if alarms.stands("hangs:\(view.name)") { now.alive = uptime - LiveFaults.longestStep }
      }
    }
    self.alarms = alarms
    nextCommit = Deadline(in: .seconds(Int64(settings.commitInterval)))
  }

  func run(until stop: Stop) throws {
    let names = views.map { $0.source }.joined(separator: ", ")
    recorder.note(.started, "reading \(names)", at: clock.now())
    if !clock.isBelieved {
      tellClock("the clock of the computer may not be set yet: rows wait until it, a time server or the meter is sure")
    }
    openFeed()
    try startInputs(until: stop)
    manager.ready("reading \(names)")
    while views.contains(where: { $0.now.ending == nil }) {
      let wake = desk.wait(upTo: LiveLog.tick, unless: stop)
      turn()
      if wake == .stopped { break }
    }
    manager.stopping()
    try end(isStopped: stop.isRequested)
  }

  /// Logging works without it all the same.
  private func openFeed() {
    guard let path = settings.socketPath else { return }
    do throws(FeedError) {
      feed = try FeedServer(path: path, status: currentStatus)
    } catch {
      messages.warning("\(error); the newest readings go to the log alone")
    }
  }

  private func startInputs(until stop: Stop) throws {
    for (view, input) in zip(views, inputs) {
      let parts = InputReader.Parts(
        source: input.source, pipeline: input.pipeline, form: input.form, desk: desk, view: view, clock: clock,
        feed: feed, rawFolder: files.rawFolder, rawHours: settings.rawHours,
        commitInterval: .seconds(Int64(settings.commitInterval)), isStrict: isStrict)
      threads.append(try Thread { InputReader(parts).run(until: stop) })
    }
    inputs = []
  }

  /// One turn of the loop.
  private func turn() {
    recorder.take(desk.clear())
    followClock()
    if nextLook.hasPassed { look() }
    guard clock.isBelieved else { return }
    if recorder.isUrgent && refusals.count == 0 || nextCommit.hasPassed { commit() }
    if refusals.count == 0, nextHousekeeping.hasPassed { keepHouse() }
    for view in views {
      if let line = view.takeFound() { remember(line, of: view.name) }
    }
  }

  /// The last turn: takes what the inputs hand over, and writes it whatever the clock is.
  private func end(isStopped: Bool) throws {
    let deadline = Deadline(in: LiveLog.farewell)
    // The bell would wake at once now that the end is requested, so this looks again and again, for half a second at most.
    while threads.contains(where: { !$0.isFinished }), !deadline.hasPassed { usleep(2000) }
    recorder.take(desk.clear())
    followClock()
    let ending = isStopped ? "stopped" : views.map { "\($0.now.ending ?? .stopped)" }.joined(separator: ", ")
    recorder.note(.stopped, ending, at: clock.now())
    try commitAtLast()
    StopGuard.allIsCommitted()
    try writer.close()
    feed?.close()
    // A mistake is one sentence.
    if isStrict, let mistake = views.compactMap({ $0.now.mistake }).first { throw mistake }
    for view in views {
      let state = view.now
      let heard = "\(counted(state.counts.messages, "message")), \(state.counts.rejected) rejected"
      let name = views.count > 1 ? "\(view.name): " : ""
      messages.info("\(name)\(ending): \(heard), \(counted(state.counts.noise, "octet")) of noise")
    }
  }

  // MARK: The clock

  private func followClock() {
    for news in clock.takeNews() {
      if case .moved(let span, _) = news.change { recorder.move(by: span, before: news.epoch) }
      tellClock(news.change.text)
    }
  }

  private func tellClock(_ text: String) {
    messages.warning("\(text)")
    recorder.note(.clockStep, text, at: clock.now())
  }

  // MARK: The database

  /// Commits what waits. When the database refuses, it is asked again after the interval; registers are kept whatever comes,
  /// samples as long as there is room.
  private func commit() {
    nextCommit = Deadline(in: .seconds(Int64(settings.commitInterval)))
    if nextTrial.hasPassed {
      nextTrial = Deadline(in: LiveLog.openingPause)
      recorder.takeRefused()
    }
    do {
      try commitWhatGoes()
      refusedSince = nil
      nextOpening = Deadline(in: LiveLog.openingPause)
      if let times = refusals.recovered() {
        messages.notice("the database takes rows again after \(counted(times, "failure"))")
      }
    } catch {
      refusedSince = refusedSince ?? HostClock.uptime()
      // Registers wait with the samples now: not for long.
      nextCommit = Deadline(in: .seconds(min(5, Int64(settings.commitInterval))))
      if let times = refusals.happened() {
        messages.error("\(error); \(recorder.waiting) records wait\(times > 1 ? ", \(times) failures in a row" : "")")
      }
      // At once the first time, then every few minutes: damage that the check does not find must not make the loop spin.
      let isDue = nextOpening.hasPassed || error.isDamage && (refusals.count == 1 || checkFoundNothing)
      if isDue, !error.isBusy, !error.isNoSpace { reopen(isSuspect: error.isDamage) }
    }
  }

  /// One transaction; where a row is refused, the others go without it.
  private func commitWhatGoes() throws(StoreError) {
    do throws(StoreError) {
      try recorder.commit(withSamples: !isDiskLow)
    } catch {
      guard error.isOfRows, !isDiskLow else { throw error }
      try recorder.commitPieces()
      guard recorder.refusals > 0 else { return }
      if refusedRows.happened() != nil {
        messages.error(
          "\(error) Laid aside, and tried again every few minutes: \(counted(recorder.refusals, "record"))")
      }
    }
  }

  /// Opens the log anew, for a disk that came back or a file that turned out to be damaged: that is set aside, what can be read of it
  /// goes into a new one, and so does what waits. Tried again every few minutes for as long as it takes.
  private func reopen(isSuspect: Bool) {
    nextOpening = Deadline(in: LiveLog.openingPause)
    manager.bePatient(for: .minutes(30))
    defer { manager.bePatient(for: nil) }
    do throws(StoreError) {
      // A file that is damaged may not close in good order, which makes it no worse.
      do throws(StoreError) { try writer.close() } catch { messages.warning("\(error)") }
      let (writer, setAside) = try LogWriter.openOrSetAside(
        path: settings.database, zone: zone, now: clock.now(),
        suspicion: !isSuspect || !nextSetAside.hasPassed ? .none : checkFoundNothing ? .proven : .suspect,
        progress: { manager.working() })
      if let setAside {
        messages.error("\(setAside.text)")
        nextSetAside = Deadline(in: .hours(24))
      }
      checkFoundNothing = setAside == nil && (isSuspect || checkFoundNothing)
      self.writer = writer
      recorder.change(to: writer)
      _ = openings.recovered()
    } catch {
      // There is no log now: looked for again soon.
      nextOpening = Deadline(in: .seconds(10))
      if openings.happened() != nil { messages.error("\(error)") }
    }
  }

  /// A step of what keeps the log in order: old samples go, settled days are sealed.
  private func keepHouse() {
    let retention: TimeSpan? = settings.sampleDays == 0 ? nil : .hours(24 * Int64(settings.sampleDays))
    do throws(StoreError) {
      let news = try writer.keepHouse(now: clock.now(), retention: retention)
      nextHousekeeping = Deadline(in: news.hasMore ? .seconds(1) : .minutes(10))
      if !news.hasMore { clock.know(try writer.clockBases()) }
      _ = housekeepingFaults.recovered()
      housekeepingDamage = nil
    } catch {
      nextHousekeeping = Deadline(in: .minutes(1))
      if error.isDamage {
        if housekeepingDamage == nil || checkFoundNothing, nextSetAside.hasPassed { reopen(isSuspect: true) }
        housekeepingDamage = "\(error)"
      }
      if housekeepingFaults.happened() != nil { messages.warning("\(error)") }
    }
  }

  /// The last commit, tried again for a second: a disk that fails once, or has just come back, must not cost what waits.
  private func commitAtLast() throws(StoreError) {
    if writer.isClosed { reopen(isSuspect: false) }
    let deadline = Deadline(in: .seconds(1))
    while true {
      do throws(StoreError) {
        return try recorder.commit()
      } catch  where error.isOfRows {
        recorder.takeRefused()
        try recorder.commitPieces()
        guard recorder.refusals > 0 else { return }
        messages.error("\(counted(recorder.refusals, "record")) refused by the database are lost")
        throw error
      } catch {
        guard !deadline.hasPassed else { throw error }
        messages.error("\(error); tried again")
        if error.isDamage { reopen(isSuspect: true) }
        // Nothing else is left to do by now; a disk that failed gets some time.
        usleep(100_000)
      }
    }
  }

  private func remember(_ line: LineChoice, of input: String) {
    let stored = StoredLine(port: line.port, baudrate: line.baudrate, parity: line.parity.rawValue)
    do throws(StoreError) {
      try writer.remember(stored, of: input, at: clock.now())
    } catch {
      // It will be found again at the next start.
      messages.warning("\(error)")
    }
  }

  // MARK: Once a second

  private func look() {
    nextLook = Deadline(in: .seconds(1))
    let uptime = HostClock.uptime()
    let inputs = views.map { ($0.name, $0.now) }
    // Real steps alone. One input that hangs costs the others nothing; when all do, a new start is what is left.
    if !inputs.allSatisfy({ LiveFaults.hangs($1, at: uptime) }) { manager.alive() }
    var faults = LiveFaults()
    for (name, input) in inputs {
      faults.add(input, named: name, at: uptime, patience: .minutes(Int64(settings.alarmAfter)))
    }
    faults.addDatabase(
      refusing: refusedSince.map { uptime - $0 }, waiting: recorder.waiting, refused: recorder.refusals,
      damage: housekeepingDamage)
    if let free = FileSystem.free(at: files.folder) {
      // Once low, a fifth more must be free: the log itself grows and shrinks.
      isDiskLow = free < Int64(settings.minFree) * (isDiskLow ? 1_200_000 : 1_000_000)
      desk.isDiskLow = isDiskLow
      if isDiskLow { faults.addLowDisk(megabytes: settings.minFree, beside: settings.database) }
    }
    if let damaged = files.damaged.first { faults.addSetAside(damaged) }
    if !clock.isBelieved, uptime - started >= .minutes(10) { faults.addUnsetClock() }
    for event in alarms.update(faults.all, at: clock.now()) { recorder.note(event.kind, event.text, at: event.time) }
    feed?.setStatus(currentStatus)
  }

  private var currentStatus: LoggerStatus {
    status.status(
      of: views.map { ($0, $0.now) }, waiting: recorder.waiting, dropped: recorder.dropped, alarms: alarms.standing,
      at: clock.now())
  }

  private let started = HostClock.uptime()
}
