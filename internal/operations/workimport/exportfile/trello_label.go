package exportfile

import "encoding/json"

// readLabels reads labels and custom fields. A label without a name is named by its color.
func (r *boardReader) readLabels() {
	decodeItems(r.collector, "labels", r.board.Labels, func(l *trelloLabel, at Place) { r.addLabel(*l, at) })
	decodeItems(r.collector, "customFields", r.board.CustomFields, func(f *trelloField, _ Place) { r.fields[f.ID] = *f })
}

// addLabel adds a label of the board.
func (r *boardReader) addLabel(l trelloLabel, at Place) {
	name := cleanLine(l.Name)
	if name == "" {
		name = l.Color
	}
	if name == "" {
		r.file.report(at, FieldLabels, ValueMissing, l.ID, "the label has neither a name nor a color")
	} else {
		r.labels.get(contentKey(name), Label{Name: name, Color: l.Color, At: at})
	}
	r.labelsOf[l.ID] = Label{Name: name, Color: l.Color}
}

// cardLabels returns the names of a card's labels.
func (r *boardReader) cardLabels(card *trelloCard) (names []string) {
	at := r.file.PlaceOf(card.place, FieldLabels)
	for _, l := range card.Labels {
		if _, ok := r.labelsOf[l.ID]; !ok {
			r.addLabel(l, at)
		}
	}
	ids := card.IDLabels
	if len(ids) == 0 {
		for _, l := range card.Labels {
			ids = append(ids, l.ID)
		}
	}
	for _, id := range ids {
		l, ok := r.labelsOf[id]
		switch {
		case !ok:
			r.file.report(at, FieldLabels, ValueMissing, id, "the label is not in the file")
		case l.Name != "":
			names = r.label(names, l.Name, l.Color, at)
		}
	}
	return names
}

// customValues returns the values of a card's custom fields.
func (r *boardReader) customValues(card *trelloCard) (values []Value) {
	for _, item := range card.CustomFieldItems {
		field, ok := r.fields[item.IDCustomField]
		text := ""
		for _, option := range field.Options {
			if option.ID == item.IDValue && item.IDValue != "" {
				text = option.Value.Text
			}
		}
		for _, key := range []string{"text", "number", "date", "checked"} {
			if raw, ok := item.Value[key]; ok && text == "" && json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
		}
		if !ok || text == "" {
			r.file.report(r.file.PlaceOf(card.place, FieldExtra), FieldExtra, ValueMissing, item.IDCustomField,
				"the custom field or its option is not in the file")
			continue
		}
		values = append(values, Value{Name: cleanLine(field.Name), Text: cleanLines(text)})
	}
	return values
}
