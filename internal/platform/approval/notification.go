package approval

import (
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/notice"
)

// Notifications returns the kinds of notification about approvals.
func Notifications() []notice.Kind {
	return []notice.Kind{
		requestedNotification, escalatedNotification, endorsedNotification, approvedNotification, rejectedNotification,
		askedBackNotification, answeredNotification, withdrawnNotification, releasedNotification,
	}
}

var requestedNotification = notice.Kind{
	Name: "approval.requested", Category: pb.Notification_APPROVAL,
	Description: "The person is asked to approve a step of a record.",
	On: []string{
		"platform.approvalRequest.requested",
		"platform.approvalRequest.endorsed",
		"platform.approvalRequest.updated",
	},
	Concerns: isAsking, Find: findAsked, Values: []string{"requester"},
	Texts: map[string]string{
		"en": "{requester} asks you to approve {subject}",
		"de": "{requester} bittet Sie, {subject} zu genehmigen",
		"es": "{requester} le pide que apruebe {subject}",
		"fr": "{requester} vous demande d’approuver {subject}",
		"it": "{requester} le chiede di approvare {subject}",
		"nl": "{requester} vraagt u {subject} goed te keuren",
		"pl": "Do zatwierdzenia ({requester}): {subject}",
		"pt": "{requester} pede-lhe que aprove {subject}",
		"sv": "{requester} ber dig godkänna {subject}",
	},
}

var escalatedNotification = notice.Kind{
	Name: "approval.escalated", Category: pb.Notification_APPROVAL,
	Description: "The person is asked to approve because others did not decide in time.",
	On:          []string{"platform.approvalRequest.escalated"}, Find: findEscalated,
	Texts: map[string]string{
		"en": "{subject} still waits for approval. Please decide",
		"de": "{subject} wartet noch auf Genehmigung. Bitte entscheiden Sie",
		"es": "{subject} sigue pendiente de aprobación. Le pedimos que decida",
		"fr": "{subject} attend toujours une approbation. Merci de décider",
		"it": "{subject} attende ancora l’approvazione. Le chiediamo di decidere",
		"nl": "{subject} wacht nog op goedkeuring. Beslis alstublieft",
		"pl": "Wciąż czeka na zatwierdzenie, prosimy o decyzję: {subject}",
		"pt": "{subject} continua à espera de aprovação. Pedimos-lhe que decida",
		"sv": "{subject} väntar fortfarande på godkännande. Vänligen ta ställning",
	},
}

var endorsedNotification = notice.Kind{
	Name: "approval.endorsed", Category: pb.Notification_APPROVAL,
	Description: "Someone approved what the person requested, and further approvals are needed.",
	On:          []string{"platform.approvalRequest.endorsed"}, Find: findRequester,
	Defaults: notice.Modes{pb.NotificationPreferences_EMAIL: pb.NotificationPreferences_DIGEST},
	Texts: map[string]string{
		"en": "{actor} approved {subject}. Further approvals are needed",
		"de": "{actor} hat {subject} genehmigt. Weitere Genehmigungen fehlen noch",
		"es": "{actor} ha aprobado {subject}. Faltan más aprobaciones",
		"fr": "{actor} a approuvé {subject}. D’autres approbations sont nécessaires",
		"it": "{actor} ha approvato {subject}. Servono altre approvazioni",
		"nl": "{actor} heeft {subject} goedgekeurd. Er zijn meer goedkeuringen nodig",
		"pl": "Częściowo zatwierdzono ({actor}): {subject}",
		"pt": "{actor} aprovou {subject}. Faltam mais aprovações",
		"sv": "{actor} har godkänt {subject}. Fler godkännanden krävs",
	},
}

var approvedNotification = notice.Kind{
	Name: "approval.approved", Category: pb.Notification_APPROVAL,
	Description: "What the person requested was approved.",
	On:          []string{"platform.approvalRequest.approved"}, Find: findRequester,
	Texts: map[string]string{
		"en": "{actor} approved {subject}",
		"de": "{actor} hat {subject} genehmigt",
		"es": "{actor} ha aprobado {subject}",
		"fr": "{actor} a approuvé {subject}",
		"it": "{actor} ha approvato {subject}",
		"nl": "{actor} heeft {subject} goedgekeurd",
		"pl": "Zatwierdzono ({actor}): {subject}",
		"pt": "{actor} aprovou {subject}",
		"sv": "{actor} har godkänt {subject}",
	},
}

var rejectedNotification = notice.Kind{
	Name: "approval.rejected", Category: pb.Notification_APPROVAL,
	Description: "What the person requested was rejected.",
	On:          []string{"platform.approvalRequest.rejected"}, Find: findRequester,
	Texts: map[string]string{
		"en": "{actor} rejected {subject}",
		"de": "{actor} hat {subject} abgelehnt",
		"es": "{actor} ha rechazado {subject}",
		"fr": "{actor} a refusé {subject}",
		"it": "{actor} ha respinto {subject}",
		"nl": "{actor} heeft {subject} afgewezen",
		"pl": "Odrzucono ({actor}): {subject}",
		"pt": "{actor} rejeitou {subject}",
		"sv": "{actor} har avslagit {subject}",
	},
}

var askedBackNotification = notice.Kind{
	Name: "approval.askedBack", Category: pb.Notification_APPROVAL,
	Description: "An approver has a question about what the person requested.",
	On:          []string{"platform.approvalRequest.askedBack"}, Find: findRequester,
	Texts: map[string]string{
		"en": "{actor} has a question about {subject}",
		"de": "{actor} hat eine Frage zu {subject}",
		"es": "{actor} tiene una pregunta sobre {subject}",
		"fr": "{actor} a une question sur {subject}",
		"it": "{actor} ha una domanda su {subject}",
		"nl": "{actor} heeft een vraag over {subject}",
		"pl": "Pytanie ({actor}): {subject}",
		"pt": "{actor} tem uma pergunta sobre {subject}",
		"sv": "{actor} har en fråga om {subject}",
	},
}

var answeredNotification = notice.Kind{
	Name: "approval.answered", Category: pb.Notification_APPROVAL,
	Description: "The requester answered a question of the person.",
	On:          []string{"platform.approvalRequest.answered"}, Find: findAsker,
	Texts: map[string]string{
		"en": "{actor} answered your question about {subject}",
		"de": "{actor} hat Ihre Frage zu {subject} beantwortet",
		"es": "{actor} ha respondido a su pregunta sobre {subject}",
		"fr": "{actor} a répondu à votre question sur {subject}",
		"it": "{actor} ha risposto alla sua domanda su {subject}",
		"nl": "{actor} heeft uw vraag over {subject} beantwoord",
		"pl": "Odpowiedź na Twoje pytanie ({actor}): {subject}",
		"pt": "{actor} respondeu à sua pergunta sobre {subject}",
		"sv": "{actor} har svarat på din fråga om {subject}",
	},
}

var withdrawnNotification = notice.Kind{
	Name: "approval.withdrawn", Category: pb.Notification_APPROVAL,
	Description: "Someone else withdrew what the person requested.",
	On:          []string{"platform.approvalRequest.withdrawn"}, Find: findRequester,
	Texts: map[string]string{
		"en": "{actor} withdrew the request to approve {subject}",
		"de": "{actor} hat die Anfrage zurückgezogen, {subject} zu genehmigen",
		"es": "{actor} ha retirado la solicitud de aprobación de {subject}",
		"fr": "{actor} a retiré la demande d’approbation de {subject}",
		"it": "{actor} ha ritirato la richiesta di approvazione di {subject}",
		"nl": "{actor} heeft het verzoek om {subject} goed te keuren ingetrokken",
		"pl": "Wycofano prośbę o zatwierdzenie ({actor}): {subject}",
		"pt": "{actor} retirou o pedido de aprovação de {subject}",
		"sv": "{actor} har dragit tillbaka begäran om godkännande av {subject}",
	},
}

var releasedNotification = notice.Kind{
	Name: "approval.released", Category: pb.Notification_APPROVAL,
	Description: "An owner executed what the person requested, without approval.",
	On:          []string{"platform.approvalRequest.released"}, Find: findRequester,
	Texts: map[string]string{
		"en": "{actor} released {subject} without approval",
		"de": "{actor} hat {subject} ohne Genehmigung freigegeben",
		"es": "{actor} ha autorizado {subject} sin aprobación",
		"fr": "{actor} a débloqué {subject} sans approbation",
		"it": "{actor} ha sbloccato {subject} senza approvazione",
		"nl": "{actor} heeft {subject} vrijgegeven zonder goedkeuring",
		"pl": "Zwolniono bez zatwierdzenia ({actor}): {subject}",
		"pt": "{actor} libertou {subject} sem aprovação",
		"sv": "{actor} har frigett {subject} utan godkännande",
	},
}
