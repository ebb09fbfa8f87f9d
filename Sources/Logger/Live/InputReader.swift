import Energy
import Frames
import Logging
import Metering

/// Reads one input on a thread of its own: octets in, records on the desk, until it is stopped.
final class InputReader {
  private let source: any InputSource
  private let name: String
  private var pipeline: Pipeline
  private let desk: Desk
  private let view: InputView
  private let clock: HouseClock
  private let feed: FeedServer?
  private let raw: RawRing
  /// Reads that wait for the clock, or for the next `flushRaw`.
  private var held = HeldReads()
  /// Of the line as it is open.
  private var form: LineForm
  private let commitInterval: TimeSpan
  private var nextFlush: Deadline
  /// A port that was never there is a mistake to tell of, not to wait for.
  private let isStrict: Bool
  private let messages = Logging.Logger(label: "ams-logger")

  private var lastOctets: Deadline?
  private var watch = LinkWatch()
  private var traffic = Traffic()
  private var countsAtOpening = Pipeline.Counts()
  private var link = LinkNews(at: HostClock.uptime())
  /// Searches of all ways in vain.
  private var rounds = FaultCounter()
  /// Who was heard last.
  private var meter: MeterIdentity?
  private var wasOpen = false
  private var isLost = true
  private var securityNotice = SecurityNotice()
  private var toldUnchecked = false

  /// What it reads, and where that goes.
  struct Parts: Sendable {
    let source: any InputSource
    let pipeline: Pipeline
    /// Of the line, as far as the settings say.
    let form: LineForm
    let desk: Desk
    let view: InputView
    let clock: HouseClock
    let feed: FeedServer?
    /// Where the raw octets of the last hours are kept, and of how many.
    let rawFolder: String
    let rawHours: Int
    let commitInterval: TimeSpan
    let isStrict: Bool
  }

  init(_ parts: Parts) {
    source = parts.source
    pipeline = parts.pipeline
    form = parts.form
    desk = parts.desk
    view = parts.view
    clock = parts.clock
    feed = parts.feed
    raw = RawRing(folder: parts.rawFolder, input: parts.view.name, hours: parts.rawHours)
    commitInterval = parts.commitInterval
    nextFlush = Deadline(in: commitInterval)
    isStrict = parts.isStrict
    name = parts.view.name
  }

  func run(until stop: Stop) {
    var loop = InputLoop(source: source, stop: stop)
    loop.now = { [clock] in clock.now() }
    let ending = loop.run { event in take(event) }
    switch ending {
    case .stopped, .handlerEnded: collect { $0.stop($1) }
    case .inputEnded: collect { $0.end($1) }
    }
    flushRaw(isLast: true)
    view.update { view in
      view.counts = pipeline.counts
      view.ending = ending
    }
    desk.ring()
  }

  /// Takes what happens to the input, and says what is to become of it.
  private func take(_ event: InputLoop.Event) -> InputLoop.Directive {
    let messagesBefore = pipeline.counts.messages
    switch event {
    case .opened(let time): opened(at: time)
    case .octets(let octets, let arrival): take(octets, arrival: arrival)
    case .idle:
      if let silent = lastOctets, silent.hasPassed {
        collect { $0.fallSilent($1) }
        lastOctets = nil
      }
    case .lost(let error, let time):
      if isStrict, !wasOpen, error.isMistake {
        view.update { $0.mistake = error }
        desk.ring()
        return .end
      }
      if let news = link.lost(error) {
        messages.warning("\(news)")
        desk.note(.linkLost, news, at: time)
      }
      collect { $0.end($1) }
      watch.lost("\(error)")
      isLost = true
    }
    view.update { view in
      view.alive = HostClock.uptime()
      view.state = watch.state
      view.counts = pipeline.counts
    }
    if nextFlush.hasPassed || held.isFull { flushRaw() }
    let works = pipeline.counts.messages > messagesBefore
    let directive: InputLoop.Directive = isStuck() ? .reopen : works ? .works : .proceed
    for news in source.takeNews() { tell(news) }
    return directive
  }

  /// The raw octets go to their file as often as samples go to the log; as these they wait until the clock is believed.
  private func flushRaw(isLast: Bool = false) {
    nextFlush = Deadline(in: commitInterval)
    if clock.isBelieved || isLast {
      held.release { read in
        raw.take(read.octets, arrival: read.arrival + clock.moved(since: read.epoch), on: read.form)
      }
    } else if let news = held.makeRoom() {
      messages.warning("\(name): \(news)")
    }
    if let news = raw.flush() { messages.warning("\(news)") }
  }

  private func opened(at time: UTCTime) {
    wasOpen = true
    watch.opened(at: HostClock.uptime())
    traffic = Traffic()
    countsAtOpening = pipeline.counts
    if let form = source.form {
      self.form = form
      pipeline.changeLine(to: form.time)
    }
    view.update { $0.line = source.line }
    // Opening a silent line again is no news.
    guard isLost else { return }
    isLost = false
    guard link.opened() else { return }
    messages.info("\(source.name) is open")
    desk.note(.linkUp, source.name, at: time)
  }

  private func take(_ octets: ArraySlice<UInt8>, arrival: UTCTime) {
    lastOctets = Deadline(in: Pipeline.silence)
    let before = pipeline.counts
    if raw.isKept, !desk.isDiskLow { held.take(octets, arrival: arrival, epoch: clock.epoch(of: arrival), form: form) }
    collect { $0.take(octets.span, arrival: arrival, $1) }
    let counts = pipeline.counts
    if let clock = pipeline.takeClock() {
      self.clock.heard(clock, of: meter?.id)
      view.update { $0.clockOffset = clock.offset(at: arrival, self.clock.zone) }
    }
    let uptime = HostClock.uptime()
    watch.took(
      octets: octets.count, whole: counts.whole - before.whole, read: counts.messages - before.messages, at: uptime)
    traffic.octets += Int64(octets.count)
    traffic.noise = counts.noise - countsAtOpening.noise
    traffic.whole = counts.whole - countsAtOpening.whole
    source.heard(traffic)
    if counts.messages > before.messages {
      _ = rounds.recovered()
      if let silence = link.heard(at: uptime) {
        messages.notice("\(source.name) is read again after \(silence) without a message")
        desk.note(.linkUp, "messages come again", at: arrival)
      }
      view.update { view in
        view.lastMessage = arrival
        view.heard = uptime
      }
    }
    if let news = securityNotice.news(pipeline.security) {
      messages.warning("\(news)")
      desk.note(.encrypted, news, at: arrival)
    }
    if counts.unchecked > 0, !toldUnchecked {
      toldUnchecked = true
      let news = "the messages carry no check sequence: what the line damages goes unseen"
      messages.warning("\(news)")
      desk.note(.unchecked, news, at: arrival)
    }
  }

  /// Lets the pipeline hand out records, and lays them on the desk.
  private func collect(_ step: (inout Pipeline, (Pipeline.Record) -> Void) -> Void) {
    var records = Waiting()
    step(&pipeline) { record in
      records.take(record, from: name, epoch: clock.epoch(of: record.time))
      feed?.publish(FeedLine.text(record, input: name))
      switch record {
      case .meter(let meter, _):
        self.meter = meter
        view.update { $0.meter = meter }
      case .registers(let snapshot, _): view.update { $0.lastRegisters = snapshot.arrival }
      case .sample, .reject: break
      }
    }
    desk.put(records)
  }

  private func tell(_ news: LineNews) {
    switch news {
    case .found(let line):
      let text = "\(name): messages come on \(line)"
      messages.notice("\(text)")
      desk.note(.lineFound, text, at: clock.now())
      view.update { $0.found = line }
    case .inVain(let tried):
      guard rounds.happened() != nil else { return }
      messages.warning("\(name): \(tried)")
      desk.note(.linkLost, "\(name): \(tried)", at: clock.now())
    }
  }

  /// Whether the line has been without a message for so long that it is to be opened anew.
  private func isStuck() -> Bool {
    let uptime = HostClock.uptime()
    guard let patience = source.patience, watch.isStuck(at: uptime, patience: patience) else { return false }
    // What was begun of a message is of a line that is given up.
    collect { $0.end($1) }
    source.gaveUp(traffic)
    if let silence = link.stoodStill(at: uptime) {
      let advice = watch.state.advice ?? watch.state.name
      let news = "\(source.name): \(silence) without a message; \(advice)"
      messages.warning("\(news)")
      desk.note(.linkLost, news, at: clock.now())
    }
    return true
  }
}

extension MeterClock {
  /// How far it goes ahead of the time of arrival, in whichever of normal and summer time is nearer.
  fileprivate func offset(at arrival: UTCTime, _ zone: Zone) -> TimeSpan? {
    guard hasTime else { return nil }
    let normal = Int64(zone.standardOffset(at: arrival))
    let offsets = [normal, normal + 3600].map { UTCTime(seconds: wall.secondsSince1970 - $0) - arrival }
    return offsets.min { $0.magnitude < $1.magnitude }
  }
}
