import Metering

/// Which losses, openings and standstills of a link are worth a line, so that one that comes and goes for a day is a handful of
/// lines: of each the 1st, 10th, 100th ... since the last message, and one when messages come again.
///
/// Only a message ends the count. An opening or octets alone prove nothing: a server may take each connection, say that its own
/// port has gone, and close. All times are of a clock that never steps.
struct LinkNews {
  /// What makes two losses the same; the advice may change with what is plugged in.
  private struct Loss: Hashable {
    let kind: InputError.Kind
    var input = ""
    var reason = ""
  }

  private var losses: [Loss: FaultCounter] = [:]
  private var openings = FaultCounter()
  private var standstills = FaultCounter()
  /// What was told last is that the link is open.
  private var isToldOpen = false
  /// Of the last message, or the beginning.
  private var lastMessage: TimeSpan

  /// More different losses than an input has; beyond that all of a kind are one.
  private static let mostLosses = 32

  init(at time: TimeSpan) { lastMessage = time }

  /// The link was lost, or could not be opened. A sentence, if that is to be told.
  mutating func lost(_ error: InputError) -> String? {
    var loss = Loss(kind: error.kind, input: error.input, reason: error.reason)
    if losses[loss] == nil, losses.count >= LinkNews.mostLosses { loss = Loss(kind: error.kind) }
    guard let times = losses[loss, default: FaultCounter()].happened() else { return nil }
    isToldOpen = false
    return times > 1 ? "\(error); \(times) times since the last message" : "\(error)"
  }

  /// The link was opened after a loss. Whether that is to be told.
  mutating func opened() -> Bool {
    guard openings.happened() != nil else { return false }
    isToldOpen = true
    return true
  }

  /// The link is open, and has brought no message for so long that it is opened anew. How long that is by now, if it is to be told.
  mutating func stoodStill(at time: TimeSpan) -> String? {
    standstills.happened().map { _ in LinkNews.words(time - lastMessage) }
  }

  /// A message has come. For how long none had, if that is to be told: not where all that was told is that the link is open.
  mutating func heard(at time: TimeSpan) -> String? {
    let isNews = standstills.count > 0 || openings.count > 1 || !isToldOpen
    let silence = time - lastMessage
    self = LinkNews(at: time)
    isToldOpen = true
    return isNews ? LinkNews.words(silence) : nil
  }

  /// `25 s`, `1440 minutes`
  private static func words(_ span: TimeSpan) -> String {
    let seconds = Int(span.milliseconds / 1000)
    return seconds < 120 ? "\(seconds) s" : counted(seconds / 60, "minute")
  }
}
