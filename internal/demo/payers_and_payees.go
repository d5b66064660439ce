package demo

// party is a payer or payee, as banks name them.
type party struct{ name, account string }

var (
	landlord     = party{"Wharf Street Properties", "00410-1182207"}
	softwareFirm = party{"Pixelcloud", "00300-9004411"}
	telecom      = party{"Maple Telecom", "00100-5550188"}
	insurer      = party{"Harbour Mutual", "00410-7712345"}
	powerCompany = party{"City Hydro", "00100-4400221"}
	printer      = party{"Pixel & Plate Print", "00219-3067180"}
	illustrator  = party{"Juno Okafor Illustration", "00219-8812004"}
	creditUnion  = party{"Atlantic Credit Union", "82900-7731000"}
	taxOffice    = party{"Receiver General", "00100-0000017"}
	theo         = party{"Theo Marchetti", "00410-2290115"}
	amina        = party{bookkeeper, "00219-6641920"}
	nora         = party{owner, "00410-5003118"}
	streaming    = party{name: "NETFLIX.COM"}
	groceries    = party{name: "WHOLE FOODS MARKET"}
	cameraShop   = party{name: "CAMERA COUNTER"}
	noParty      = party{}

	lakeview = party{"Lakeview Hotels", "00300-1600077"}
	redwood  = party{"Redwood Kitchens", "026009593-88120"}
	clients  = [...]party{
		{"Harbour Bistro", "00410-9911003"}, {"Tidewater Festival", "00219-4400900"},
		{"Old Port Brewing", "00300-7300145"},
	}
)

// clientOf returns the client of a month's project.
func clientOf(number int) party { return clients[number%len(clients)] }
